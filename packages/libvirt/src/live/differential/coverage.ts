/** What was done through both clients with equal results. */
export class Coverage {
  /** Procedures that succeeded at least once through both. */
  readonly succeeded = new Set<string>();
  /** Those of which the value that libvirt-python returned was compared too, not only what the taps saw. */
  readonly valued = new Set<string>();
  /** Procedures that the daemon refused at least once to both in the same words. */
  readonly refused = new Set<string>();
  /** Event messages that both were sent, with equal payloads. */
  readonly events = new Set<string>();
  calls = 0;

  add(name: string, refused: boolean): void {
    this.calls++;
    (refused ? this.refused : this.succeeded).add(name);
  }
}

/** A first-come-first-served gate: at most `limit` at a time. */
export class InFlightGate {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs `start` now or when a slot is free; the returned function withdraws it while it waits. */
  enter(start: () => void): () => void {
    if (this.#taken < this.#limit) {
      this.#taken++;
      start();
      return () => undefined;
    }
    this.#waiting.push(start);
    return () => {
      const at = this.#waiting.indexOf(start);
      if (at >= 0) this.#waiting.splice(at, 1);
    };
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken--;
  }
}

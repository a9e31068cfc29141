import type { Caller } from './caller.ts';

/** A connection beside another one. */
export interface Lane extends Caller {
  readonly isOpen: boolean;
  /** No slot is free for a call that may wait for a guest. */
  readonly isBusy: boolean;
  close(): Promise<void>;
}

/**
 * What belongs to the connection that was asked: registrations, sign-in, migrations (the daemon cancels those of a connection
 * that ends), and domains that end with the connection that started them (AUTODESTROY).
 */
const BOUND =
  /^(auth|connect(Open|Close|SetIdentity|Register|Unregister|\w*Event)|qemuConnect|domainMigrate|domainCreate)/;

export function mayOverflow(procedure: string): boolean {
  return !BOUND.test(procedure);
}

/** Connections for calls that find every slot of their own taken; opened when they are needed, closed with it. */
export class Overflow<Beside extends Lane> {
  readonly #limit: number;
  readonly #open: () => Promise<Beside>;
  readonly #lanes = new Set<Beside>();
  #opening: Promise<Beside | undefined> | undefined;
  #isClosed = false;

  constructor(limit: number, open: () => Promise<Beside>) {
    this.#limit = limit;
    this.#open = open;
  }

  /** One with a free slot, or one that is being opened (undefined where that fails); undefined: there is none to be had. */
  find(): Beside | Promise<Beside | undefined> | undefined {
    for (const lane of this.#lanes) {
      if (!lane.isOpen) this.#lanes.delete(lane);
      else if (!lane.isBusy) return lane;
    }
    if (this.#opening) return this.#opening;
    if (this.#isClosed || this.#lanes.size >= this.#limit) return undefined;
    this.#opening = this.#openOne();
    return this.#opening;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#lanes].map((lane) => lane.close()));
    await this.#opening;
  }

  async #openOne(): Promise<Beside | undefined> {
    try {
      const lane = await this.#open();
      if (this.#isClosed) await lane.close();
      else this.#lanes.add(lane);
      return lane;
    } catch {
      // The daemon takes no more, or is gone: the calls wait where they would have waited without this.
      return undefined;
    } finally {
      this.#opening = undefined;
    }
  }
}

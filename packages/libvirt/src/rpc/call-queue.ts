import type { PendingCall } from './pending-call.ts';

/** Calls that wait for a slot: first come, first served, but those that never wait for a guest before all others. */
export class CallQueue implements Iterable<PendingCall> {
  readonly #high = new Set<PendingCall>();
  readonly #low = new Set<PendingCall>();

  get size(): number {
    return this.#high.size + this.#low.size;
  }

  add(call: PendingCall): void {
    this.#of(call).add(call);
  }

  delete(call: PendingCall): void {
    this.#of(call).delete(call);
  }

  clear(): void {
    this.#high.clear();
    this.#low.clear();
  }

  /** Takes out the next one; of low priority only where that is wanted. */
  take(mayBeLow: boolean): PendingCall | undefined {
    const [call] = this.#high.size > 0 || !mayBeLow ? this.#high : this.#low;
    if (call) this.delete(call);
    return call;
  }

  *[Symbol.iterator](): Generator<PendingCall, void, void> {
    yield* this.#high;
    yield* this.#low;
  }

  #of(call: PendingCall): Set<PendingCall> {
    return call.procedure.priority === 'high' ? this.#high : this.#low;
  }
}

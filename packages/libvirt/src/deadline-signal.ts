/** setTimeout waits no longer than this: 2^31 - 1 ms. */
const LONGEST_MS = 0x7fff_ffff;

/**
 * Aborts with another signal or when a time is over, and lets go of both at `release()`: AbortSignal.timeout() and any()
 * would hold on until the time is over, for each of many attempts.
 */
export class DeadlineSignal {
  readonly signal: AbortSignal;
  readonly #outer: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort: () => void;
  #expired = false;

  constructor(deadlineMs: number, outer?: AbortSignal) {
    const controller = new AbortController();
    this.signal = controller.signal;
    this.#outer = outer;
    this.#onAbort = () => controller.abort(outer?.reason);
    this.#timer = setTimeout(
      () => {
        this.#expired = true;
        controller.abort(new DOMException(`not done in ${deadlineMs} ms`, 'TimeoutError'));
      },
      Math.min(deadlineMs, LONGEST_MS),
    );
    if (outer?.aborted) this.#onAbort();
    else outer?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Whether the time was over before anything else. */
  get expired(): boolean {
    return this.#expired;
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#onAbort);
  }
}

/** setTimeout waits no longer than this: 2^31 - 1 ms. */
const LONGEST_MS = 0x7fff_ffff;

/**
 * One timer for many deadlines, most of which are never reached: setting one costs nothing while an earlier one is set.
 * `onRing` learns the time (of performance.now()), does what is due, and returns when it wants to be called again
 * (Infinity: not before the next deadline is set).
 */
export class Alarm {
  readonly #onRing: (now: number) => number;
  #timer: NodeJS.Timeout | undefined;
  #ringsAt = Infinity;

  constructor(onRing: (now: number) => number) {
    this.#onRing = onRing;
  }

  ringBy(time: number): void {
    if (time >= this.#ringsAt) return;
    clearTimeout(this.#timer);
    this.#ringsAt = time;
    const waitMs = Math.min(Math.max(Math.ceil(time - performance.now()), 0), LONGEST_MS);
    this.#timer = setTimeout(() => {
      this.#ringsAt = Infinity;
      this.ringBy(this.#onRing(performance.now()));
    }, waitMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#ringsAt = -Infinity;
  }
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 32 bits, signed. */
  bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return t ^ (t >>> 14);
  }

  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + ((this.bits() >>> 0) % (high - low + 1));
  }

  chance(part: number): boolean {
    return this.bits() >>> 0 < part * 0x1_0000_0000;
  }

  one<T>(of: readonly T[]): T {
    return of[this.between(0, of.length - 1)]!;
  }
}

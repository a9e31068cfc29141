import { FAMILY_8, HALVING_TRIGGER, type QuicFamily, RANDOM, RUN_BITS } from './quic-tables.ts';

/** Pixels after which the mean update interval doubles, and the index at which it stays (below 2^6). */
const WIDEN_AFTER = 2048;
const WIDEST = 6;

/** The adaptive state shared by the colours that are coded together: three for RGB, one for alpha. */
export class QuicModel {
  family: QuicFamily = FAMILY_8;
  codeBits = FAMILY_8.codeBits;
  /** Sums of codeword lengths, by colour * 64 + bucket * 8 + code. */
  readonly counters: Int32Array;
  /** The code with the smallest sum, by colour * 64 + bucket * 8. */
  readonly best: Uint8Array;
  /** Folded residuals of the row, one byte per colour; after a run the entries of the row before still count. */
  residuals = new Uint32Array(0);
  /** Pixels until the next update. */
  wait = 0;
  waitMask = 0;
  runState = 0;
  #widenIn = 0;
  #waitIndex = 0;
  #seed = 0;

  constructor(colours: number) {
    this.counters = new Int32Array(colours * 64);
    this.best = new Uint8Array(colours * 64);
  }

  reset(family: QuicFamily, width: number): void {
    this.family = family;
    this.codeBits = family.codeBits;
    this.counters.fill(0);
    this.best.fill(family.bits - 1);
    if (this.residuals.length < width) this.residuals = new Uint32Array(width);
    this.wait = 0;
    this.waitMask = 0;
    this.runState = 0;
    this.#widenIn = WIDEN_AFTER;
    this.#waitIndex = 0;
    this.#seed = 255;
  }

  /** How many of the next `count` pixels share one wait mask; to be called until the row is used up. */
  segment(count: number): number {
    if (this.#waitIndex === WIDEST) return count;
    if (this.#widenIn > count) {
      this.#widenIn -= count;
      return count;
    }
    if (this.#widenIn > 0) {
      const run = this.#widenIn;
      this.#widenIn = 0;
      return run;
    }
    this.#waitIndex++;
    this.waitMask = (1 << this.#waitIndex) - 1;
    this.#widenIn = WIDEN_AFTER;
    return 0;
  }

  /** Pseudo-random number of pixels to wait. */
  pause(): number {
    this.#seed = (this.#seed + 1) & 255;
    return RANDOM[this.#seed]! & this.waitMask;
  }

  /** Counts `value` in the bucket at `at` (colour * 64 + bucket * 8) and chooses its best code anew. */
  update(at: number, value: number): void {
    const { counters, codeBits } = this;
    const lengths = value * 8;
    // Codes that the family lacks never win: the loop has a constant bound, which engines unroll.
    let code = 7;
    let smallest = 0x7fffffff;
    for (let i = 7; i >= 0; i--) {
      const sum = counters[at + i]! + codeBits[lengths + i]!;
      counters[at + i] = sum;
      if (sum < smallest) {
        code = i;
        smallest = sum;
      }
    }
    this.best[at] = code;
    if (smallest > HALVING_TRIGGER[this.#waitIndex]!) {
      for (let i = 0; i < 8; i++) counters[at + i]! >>= 1;
    }
  }

  /** log2 of the run length that the next bit stands for. */
  get runBits(): number {
    return RUN_BITS[this.runState]!;
  }
}

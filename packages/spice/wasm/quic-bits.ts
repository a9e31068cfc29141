import { fail, LEAVES, TRUNCATED } from './memory';
import { RUN_STATE } from './quic-model';
import { RUN_BITS } from './quic-tables';
import { inputAt } from './scratch';

/**
 * The bits of a QUIC image. They lie in 32-bit words, first bit on top, so with the words in reverse order the whole
 * stream is one long little-endian number and any 57 bits of it are one unaligned load away. The words are turned
 * round in place first; they are few beside the pixels.
 */
const HEADER_BYTES: usize = 20;
const MAX_IMAGE_PIXELS: i32 = 64 * 1024 * 1024;

/** The 64-bit load at `top` has the stream's first bit as its highest. */
export let top: usize = 0;
/** Bits that may be used: the words and, since an encoder may not have written the last one, 32 zeros. */
export let bitLimit: u32 = 0;
/** Bits used so far. */
export let bitAt: u32 = 0;

export function setBitAt(at: u32): void {
  bitAt = at;
}

export function openBits(input: usize, bytes: usize): void {
  const words = (bytes - HEADER_BYTES) >> 2;
  let low = input + HEADER_BYTES;
  top = low + (words << 2) - 8;
  bitLimit = (<u32>words + 1) << 5;
  bitAt = 0;
  let high = low + (words << 2);
  while (high - low >= 32) {
    high -= 16;
    const first = v128.load(low);
    const last = v128.load(high);
    v128.store(low, v128.shuffle<u32>(last, last, 3, 2, 1, 0));
    v128.store(high, v128.shuffle<u32>(first, first, 3, 2, 1, 0));
    low += 16;
  }
  while (high - low >= 8) {
    high -= 4;
    const first = load<u32>(low);
    store<u32>(low, load<u32>(high));
    store<u32>(high, first);
    low += 4;
  }
  // Behind the last word, which is before it in memory: zeros in place of the header.
  memory.fill(input, 0, HEADER_BYTES);
}

/** At least 57 bits from `at` on, the first one on top; `at` may lie up to 52 bits behind the limit. */
// @ts-ignore: decorator
@inline
export function bitsAt(top: usize, at: u32): u64 {
  return load<u64>(top - <usize>(at >> 3)) << (at & 7);
}

export function failBits(status: i32, at: u32): i32 {
  return fail(status, inputAt() + HEADER_BYTES + (at >> 3));
}

/**
 * Reads a run length at `at` and leaves bitAt behind it. Each leading 1 stands for a whole expected run and makes
 * the next one longer; behind the 0 comes the rest. Returns a failure below 0.
 */
export function readRun(model: usize, at: u32): i32 {
  let run: i32 = 0;
  let state = load<i32>(model, RUN_STATE);
  while (<i64>bitsAt(top, at) < 0) {
    at++;
    if (at > bitLimit) return failBits(TRUNCATED, at);
    run += 1 << load<u8>(RUN_BITS + <usize>state);
    if (run > MAX_IMAGE_PIXELS) return failBits(LEAVES, at);
    if (state < 31) state++;
  }
  const bits = <u32>load<u8>(RUN_BITS + <usize>state);
  // The top bit is the 0 itself.
  run += <i32>(bitsAt(top, at) >> (63 - bits));
  at += 1 + bits;
  bitAt = at;
  if (at > bitLimit) return failBits(TRUNCATED, at);
  if (state > 0) state--;
  store<i32>(model, state, RUN_STATE);
  return run;
}

import { CODES, HALVING, RANDOM } from './quic-tables';

/** Pixels after which the mean update interval doubles, and the index at which it stays. */
const WIDEN_AFTER: i32 = 2048;
const WIDEST: i32 = 6;

// The adaptive state of the colours that are coded together, one after the other where it says "by colour".
/** By colour and bucket: sums of codeword lengths of the eight codes, i16. They stay below 26 * (900 + 27). */
const COUNTERS: usize = 0;
export const COLOUR_COUNTERS: usize = 8 * 16;
/** By colour and bucket: the word of CODES for the code with the smallest sum. */
export const BEST: usize = 3 * 8 * 16;
export const COLOUR_BEST: usize = 8 * 4;
/** Pixels until the next update. */
export const WAIT: usize = BEST + 3 * 8 * 4;
export const WAIT_MASK: usize = WAIT + 4;
const WAIT_INDEX: usize = WAIT + 8;
const WIDEN_IN: usize = WAIT + 12;
const SEED: usize = WAIT + 16;
export const RUN_STATE: usize = WAIT + 20;

export const RGB: usize = memory.data(512, 16);
export const ALPHA: usize = memory.data(512, 16);

export function resetModel(model: usize, family: usize, bits: i32): void {
  memory.fill(model, 0, 512);
  const first = load<u32>(family + ((<usize>bits - 1) << 2), CODES);
  for (let at = model + BEST; at < model + WAIT; at += 4) store<u32>(at, first);
  store<i32>(model, WIDEN_AFTER, WIDEN_IN);
  store<i32>(model, 255, SEED);
}

/** How many of the next `count` pixels share one wait mask; to be called until the row is used up. */
export function segment(model: usize, count: i32): i32 {
  const index = load<i32>(model, WAIT_INDEX);
  if (index == WIDEST) return count;
  const left = load<i32>(model, WIDEN_IN);
  if (left > count) {
    store<i32>(model, left - count, WIDEN_IN);
    return count;
  }
  if (left > 0) {
    store<i32>(model, 0, WIDEN_IN);
    return left;
  }
  store<i32>(model, index + 1, WAIT_INDEX);
  store<i32>(model, (1 << (index + 1)) - 1, WAIT_MASK);
  store<i32>(model, WIDEN_AFTER, WIDEN_IN);
  return 0;
}

export function halvingTrigger(model: usize): i32 {
  return <i32>load<u16>(HALVING + (<usize>load<i32>(model, WAIT_INDEX) << 1));
}

/** Pseudo-random number of pixels to wait. */
// @ts-ignore: decorator
@inline
export function pause(model: usize, waitMask: i32): i32 {
  const seed = (load<i32>(model, SEED) + 1) & 255;
  store<i32>(model, seed, SEED);
  return <i32>load<u8>(RANDOM + <usize>seed) & waitMask;
}

/**
 * Counts `value` in a bucket (four times its number) and chooses its best code anew: the eight sums are one vector.
 * Of codes with the same sum the last one wins.
 */
// @ts-ignore: decorator
@inline
export function learn(model: usize, colour: usize, family: usize, bucket: usize, value: u32, trigger: i32): void {
  const at = model + colour * COLOUR_COUNTERS + (bucket << 2);
  const sums = i16x8.add_sat_s(v128.load(at, COUNTERS), v128.load(family + (<usize>value << 4)));
  let least = i16x8.min_s(sums, v128.shuffle<u16>(sums, sums, 4, 5, 6, 7, 0, 1, 2, 3));
  least = i16x8.min_s(least, v128.shuffle<u16>(least, least, 2, 3, 0, 1, 6, 7, 4, 5));
  least = i16x8.min_s(least, v128.shuffle<u16>(least, least, 1, 0, 3, 2, 5, 4, 7, 6));
  const code = <usize>(31 - clz(i16x8.bitmask(i16x8.eq(sums, least))));
  store<u32>(model + colour * COLOUR_BEST + bucket, load<u32>(family + (code << 2), CODES), BEST);
  if (i16x8.extract_lane_s(least, 0) > <i16>trigger) v128.store(at, i16x8.shr_s(sums, 1), COUNTERS);
  else v128.store(at, sums, COUNTERS);
}

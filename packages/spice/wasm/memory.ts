/**
 * The linear memory. Constants and the QUIC models come first; what follows belongs to the images.
 *
 * Vector loads and stores work in 16 bytes and may touch up to that much behind what they are meant for: behind
 * everything that is read or written lie SLACK bytes that nobody looks at.
 */
export const SLACK: usize = 64;
export const PAGE: usize = 65536;

/** What an export returns instead of a place (which is above 0): one of these, negated. */
export const TRUNCATED: i32 = 1;
/** A code leads out of its image. */
export const LEAVES: i32 = 2;
/** A match begins before its image. */
export const BEFORE: i32 = 3;
/** The host grants no more memory, or the dictionary is full. */
export const LIMIT: i32 = 4;
/** A GLZ image refers to one that is still to come; `missing` says how far back. */
export const MISSING: i32 = 5;
/** A GLZ image refers to one that was released. */
export const GONE: i32 = 6;
/** A GLZ image came twice. */
export const TWICE: i32 = 7;

/** Where the input of the image at work begins, and where in it the decoder gave up. */
let origin: usize = 0;
let stoppedAt: u32 = 0;

export function failedAt(): u32 {
  return stoppedAt;
}

export function setOrigin(input: usize): void {
  origin = input;
}

export function fail(status: i32, at: usize): i32 {
  stoppedAt = <u32>(at - origin);
  return -status;
}

/** Whether the memory reaches to `end`, growing it by a quarter at least where it does not. */
export function reach(end: usize): bool {
  const have = <usize>memory.size() * PAGE;
  if (end <= have) return true;
  const wanted = (end - have + PAGE - 1) / PAGE;
  const quarter = have / 4 / PAGE;
  if (memory.grow(<i32>max(wanted, quarter)) >= 0) return true;
  return memory.grow(<i32>wanted) >= 0;
}

/** The first byte behind the constants. */
export const FREE: usize = (__heap_base + 63) & ~63;

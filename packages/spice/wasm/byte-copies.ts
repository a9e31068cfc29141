/** Copies in steps of up to 16 bytes; the last step may write up to 15 bytes behind `stop` (see SLACK). */

/** By distance below 16: the bytes of a pattern that repeats after it. */
const PATTERNS: usize = memory.data(256, 16);

export function fillPatterns(): void {
  for (let distance = 1; distance < 16; distance++) {
    for (let i = 0; i < 16; i++) store<u8>(PATTERNS + (distance << 4) + i, i % distance);
  }
}

// @ts-ignore: decorator
@inline
export function copyBytes(from: usize, to: usize, stop: usize): void {
  while (to < stop) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
}

/** Bytes that lie before `to`; where they overlap, what was just copied is copied again. */
// @ts-ignore: decorator
@inline
export function repeatBytes(distance: usize, to: usize, stop: usize): void {
  if (distance >= 16) {
    copyBytes(to - distance, to, stop);
    return;
  }
  const pattern = i8x16.swizzle(v128.load(to - distance), v128.load(PATTERNS + (distance << 4)));
  const step: usize = 16 - (<usize>16 % distance);
  while (to < stop) {
    v128.store(to, pattern);
    to += step;
  }
}

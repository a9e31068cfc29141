import { LEAVES, TRUNCATED } from './memory';
import { bitAt, bitLimit, bitsAt, failBits, readRun, setBitAt, top } from './quic-bits';
import { BEST, COLOUR_BEST, halvingTrigger, learn, pause, RGB, WAIT, WAIT_MASK } from './quic-model';
import { BUCKETS, ESCAPES, FAMILY_5, FAMILY_8 } from './quic-tables';

/** The 64 bits of one load begin with 57 of the stream; two codewords of 26 always fit, a third behind this many. */
const THIRD_FITS: u32 = 31;

// One function a kind of row, so that what they do not share costs nothing inside the loop.
export function firstRow8(row: usize, up: usize, residuals: usize, from: i32, end: i32, opaque: u32): i32 {
  return colours(FAMILY_8, 8, true, row, up, residuals, from, end, opaque);
}

export function nextRow8(row: usize, up: usize, residuals: usize, from: i32, end: i32, opaque: u32): i32 {
  return colours(FAMILY_8, 8, false, row, up, residuals, from, end, opaque);
}

export function firstRow5(row: usize, up: usize, residuals: usize, from: i32, end: i32, opaque: u32): i32 {
  return colours(FAMILY_5, 5, true, row, up, residuals, from, end, opaque);
}

export function nextRow5(row: usize, up: usize, residuals: usize, from: i32, end: i32, opaque: u32): i32 {
  return colours(FAMILY_5, 5, false, row, up, residuals, from, end, opaque);
}

// @ts-ignore: decorator
@inline
function codeAfter(family: usize, colour: usize, residual: u32): u32 {
  return load<u32>(RGB + BEST + colour * COLOUR_BEST + <usize>load<u8>(family + <usize>residual, BUCKETS));
}

/**
 * Pixels [from, end) of a row whose predecessor lies `up` bytes before it. Three chains decide the time: the place in
 * the stream (clz, add, shift for each sample), and from a residual over its bucket to the next pixel's code. All
 * else hangs beside them: residuals are unfolded and added for the three colours at once, in the bytes of a word.
 */
// @ts-ignore: decorator
@inline
function colours(
  family: usize,
  bits: i32,
  first: bool,
  row: usize,
  up: usize,
  residuals: usize,
  from: i32,
  end: i32,
  opaque: u32,
): i32 {
  const sampleMask: u32 = (1 << bits) - 1;
  const trigger = halvingTrigger(RGB);
  const waitMask = load<i32>(RGB, WAIT_MASK);
  const base = top;
  const limit = bitLimit;
  const stop = row + (<usize>end << 2);
  const toResidual = residuals - row;
  let p = row + (<usize>from << 2);
  let wait = load<i32>(RGB, WAIT);
  let at = bitAt;
  let runFrom = row + 12;
  let context: u32 = from > 0 ? load<u32>(p + toResidual - 4) : first ? 0 : load<u32>(p + toResidual);
  // At the beginning of a row "left" is the pixel above, so that their mean is it, too.
  let left: u32 = from > 0 ? load<u32>(p - 4) : first ? 0 : load<u32>(p - up);
  let left2: u32 = from > 1 ? load<u32>(p - 8) : 0;
  let aboveLeft: u32 = first || from == 0 ? 0 : load<u32>(p - up - 4);
  let red = codeAfter(family, 0, context & 255);
  let green = codeAfter(family, 1, (context >> 8) & 255);
  let blue = codeAfter(family, 2, context >> 16);

  while (p < stop) {
    let mean = left;
    if (!first) {
      const above = load<u32>(p - up);
      if ((((aboveLeft ^ above) | (left ^ left2)) & 0xffffff) == 0 && p >= runFrom) {
        const run = readRun(RGB, at);
        if (run < 0) return run;
        at = bitAt;
        if (run > 0) {
          const behind = p + (<usize>run << 2);
          if (behind > stop) return failBits(LEAVES, at);
          const pixels = i32x4.splat((left & 0xffffff) | opaque);
          do {
            v128.store(p, pixels);
            p += 16;
          } while (p < behind);
          p = behind;
          if (p == stop) break;
          left2 = left;
          aboveLeft = load<u32>(p - up - 4);
          // What the row before left here still counts.
          context = load<u32>(p + toResidual - 4);
          red = codeAfter(family, 0, context & 255);
          green = codeAfter(family, 1, (context >> 8) & 255);
          blue = codeAfter(family, 2, context >> 16);
          continue;
        }
        runFrom = p + 4;
      }
      aboveLeft = above;
      mean = (left & above) + (((left ^ above) & 0xfefefe) >> 1);
    }

    let v = bitsAt(base, at);
    let zeros = <u32>clz(v);
    let length = zeros + (red >> 16);
    let rest = (zeros - 1) << red;
    if (zeros >= ((red >> 8) & 255)) {
      const escape = load<u32>(family + (<usize>(red & 7) << 2), ESCAPES);
      length = escape & 0xffff;
      rest = escape >> 16;
    }
    const r = (<u32>(v >> (64 - <u64>length)) + rest) & sampleMask;
    v <<= <u64>length;
    let used = length;

    zeros = <u32>clz(v);
    length = zeros + (green >> 16);
    rest = (zeros - 1) << green;
    if (zeros >= ((green >> 8) & 255)) {
      const escape = load<u32>(family + (<usize>(green & 7) << 2), ESCAPES);
      length = escape & 0xffff;
      rest = escape >> 16;
    }
    const g = (<u32>(v >> (64 - <u64>length)) + rest) & sampleMask;
    v <<= <u64>length;
    used += length;

    at += used;
    if (used > THIRD_FITS) v = bitsAt(base, at);
    zeros = <u32>clz(v);
    length = zeros + (blue >> 16);
    rest = (zeros - 1) << blue;
    if (zeros >= ((blue >> 8) & 255)) {
      const escape = load<u32>(family + (<usize>(blue & 7) << 2), ESCAPES);
      length = escape & 0xffff;
      rest = escape >> 16;
    }
    const b = (<u32>(v >> (64 - <u64>length)) + rest) & sampleMask;
    at += length;
    if (at > limit) return failBits(TRUNCATED, at);

    const packed = r | (g << 8) | (b << 16);
    store<u32>(p + toResidual, packed);
    if (wait == 0) {
      learn(RGB, 0, family, <usize>load<u8>(family + <usize>(context & 255), BUCKETS), r, trigger);
      learn(RGB, 1, family, <usize>load<u8>(family + <usize>((context >> 8) & 255), BUCKETS), g, trigger);
      learn(RGB, 2, family, <usize>load<u8>(family + <usize>(context >> 16), BUCKETS), b, trigger);
      wait = pause(RGB, waitMask);
    } else wait--;
    context = packed;
    red = codeAfter(family, 0, r);
    green = codeAfter(family, 1, g);
    blue = codeAfter(family, 2, b);

    // Even values are residuals from 0 on, odd ones from the top down.
    const halves = sampleMask >> 1;
    const residual = ((packed >> 1) & (halves * 0x010101)) ^ ((packed & 0x010101) * sampleMask);
    left2 = left;
    if (bits == 8) left = ((residual & 0x7f7f7f) + (mean & 0x7f7f7f)) ^ ((residual ^ mean) & 0x808080);
    else left = (residual + (mean & 0x1f1f1f)) & 0x1f1f1f;
    left |= opaque;
    store<u32>(p, left);
    p += 4;
  }
  store<i32>(RGB, wait, WAIT);
  setBitAt(at);
  return 0;
}

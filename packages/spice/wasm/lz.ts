import { BEFORE, fail, LEAVES, TRUNCATED } from './memory';
import { copyRgb, copyRgb16, repeat } from './pixel-copies';
import { inputAt, pixelsAt } from './scratch';

/** LZ: see codecs/lz.ref.ts for the format. */
const HEADER_BYTES: usize = 28;
const TYPE_RGB16: i32 = 6;
const TYPE_RGBA: i32 = 9;
/** No image is longer; what a match says beyond it is only counted this far. */
const MAX_LENGTH: u32 = 1 << 27;

/** Returns 0 or a failure. Types RGB16, RGB24, RGB32 and RGBA. */
export function lz(inputBytes: usize, type: i32, pixels: usize): i32 {
  const input = inputAt();
  const end = input + inputBytes;
  const at = type == TYPE_RGB16 ? narrow(input + HEADER_BYTES, end, pixels) : wide(input + HEADER_BYTES, end, pixels);
  if (type != TYPE_RGBA || at < 0) return min(at, 0);
  return alphas(at, end, pixels);
}

function wide(at: usize, end: usize, pixels: usize): i32 {
  return colours(at, end, pixels, 3, 0);
}

function narrow(at: usize, end: usize, pixels: usize): i32 {
  return colours(at, end, pixels, 2, 1);
}

/** Returns the place behind the stream or a failure. `bias` is what the type adds to the length of a match. */
// @ts-ignore: decorator
@inline
function colours(at: usize, end: usize, pixels: usize, unitBytes: usize, bias: u32): i32 {
  const out = pixelsAt();
  const limit = out + (pixels << 2);
  let to = out;
  while (to < limit) {
    if (at >= end) return fail(TRUNCATED, at);
    const control = <u32>load<u8>(at++);
    if (control < 32) {
      const count = <usize>control + 1;
      const stop = to + (count << 2);
      const behind = at + count * unitBytes;
      if (stop > limit) return fail(LEAVES, at);
      if (behind > end) return fail(TRUNCATED, at);
      if (unitBytes == 3) copyRgb(at, to, stop);
      else copyRgb16(at, to, stop);
      at = behind;
      to = stop;
      continue;
    }
    let length = control >> 5;
    if (length == 7) {
      let more: u32;
      do {
        if (at >= end) return fail(TRUNCATED, at);
        more = load<u8>(at++);
        length = min(length + more, MAX_LENGTH);
      } while (more == 255);
    }
    if (at >= end) return fail(TRUNCATED, at);
    let distance = ((<usize>control & 31) << 8) | <usize>load<u8>(at++);
    if (distance == 0x1fff) {
      if (at + 2 > end) return fail(TRUNCATED, at);
      distance = 8191 + ((<usize>load<u8>(at) << 8) | <usize>load<u8>(at, 1));
      at += 2;
    }
    const back = (distance + 1) << 2;
    const stop = to + (<usize>(length + bias) << 2);
    if (back > to - out) return fail(BEFORE, at);
    if (stop > limit) return fail(LEAVES, at);
    repeat(to - back, to, stop);
    to = stop;
  }
  return <i32>at;
}

/** A stream of alpha bytes for pixels whose colours are already there. */
function alphas(at: usize, end: usize, pixels: usize): i32 {
  const out = pixelsAt() + 3;
  const limit = out + (pixels << 2);
  let to = out;
  while (to < limit) {
    if (at >= end) return fail(TRUNCATED, at);
    const control = <u32>load<u8>(at++);
    if (control < 32) {
      const count = <usize>control + 1;
      const stop = to + (count << 2);
      if (stop > limit) return fail(LEAVES, at);
      if (at + count > end) return fail(TRUNCATED, at);
      for (; to < stop; to += 4) store<u8>(to, load<u8>(at++));
      continue;
    }
    let length = control >> 5;
    if (length == 7) {
      let more: u32;
      do {
        if (at >= end) return fail(TRUNCATED, at);
        more = load<u8>(at++);
        length = min(length + more, MAX_LENGTH);
      } while (more == 255);
    }
    if (at >= end) return fail(TRUNCATED, at);
    let distance = ((<usize>control & 31) << 8) | <usize>load<u8>(at++);
    if (distance == 0x1fff) {
      if (at + 2 > end) return fail(TRUNCATED, at);
      distance = 8191 + ((<usize>load<u8>(at) << 8) | <usize>load<u8>(at, 1));
      at += 2;
    }
    const back = (distance + 1) << 2;
    const stop = to + (<usize>(length + 2) << 2);
    if (back > to - out) return fail(BEFORE, at);
    if (stop > limit) return fail(LEAVES, at);
    for (; to < stop; to += 4) store<u8>(to, load<u8>(to - back));
  }
  return 0;
}

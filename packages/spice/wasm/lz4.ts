import { copyBytes, repeatBytes } from './byte-copies';
import { fail, LEAVES, TRUNCATED } from './memory';
import { copyBgra, copyBgrx, copyRgb, copyRgb16Low } from './pixel-copies';
import { inputAt, pixelsAt, spaceAt } from './scratch';

/** LZ4: see codecs/lz4.ref.ts for the format. */
const HEADER_BYTES: usize = 2;
const FORMAT_16BIT: i32 = 6;
const FORMAT_24BIT: i32 = 7;
const FORMAT_32BIT: i32 = 8;
/** No image is longer; what a length says beyond it is only counted this far. */
const MAX_LENGTH: usize = 1 << 29;

/** Returns 0 or a failure. The rows as they were compressed, `rawBytes`, lie in the working space. */
export function lz4(inputBytes: usize, format: i32, pixels: usize, rawBytes: usize): i32 {
  const end = inputAt() + inputBytes;
  const raw = spaceAt();
  const rawEnd = raw + rawBytes;
  let at = inputAt() + HEADER_BYTES;
  let to = raw;
  while (to < rawEnd) {
    if (at + 4 > end) return fail(TRUNCATED, at);
    const size = <usize>bswap(load<u32>(at));
    at += 4;
    if (size == 0 || size > end - at) return fail(TRUNCATED, at);
    const behind = block(at, at + size, raw, to, rawEnd);
    if (behind < 0) return behind;
    to = behind;
    at += size;
  }
  if (pixels == 0) return 0;
  const out = pixelsAt();
  const stop = out + (pixels << 2);
  if (format == FORMAT_16BIT) copyRgb16Low(raw, out, stop);
  else if (format == FORMAT_24BIT) copyRgb(raw, out, stop);
  else if (format == FORMAT_32BIT) copyBgrx(raw, out, stop);
  else copyBgra(raw, out, stop);
  return 0;
}

/** One block; returns the place behind what it wrote, or a failure. Matches may begin in earlier blocks. */
function block(at: usize, end: usize, raw: usize, to: usize, rawEnd: usize): i32 {
  while (at < end) {
    const token = <usize>load<u8>(at++);
    let literals = token >> 4;
    if (literals == 15) {
      let more: usize;
      do {
        if (at >= end) return fail(TRUNCATED, at);
        more = load<u8>(at++);
        literals = min(literals + more, MAX_LENGTH);
      } while (more == 255);
    }
    if (literals > end - at) return fail(TRUNCATED, at);
    if (literals > rawEnd - to) return fail(LEAVES, at);
    copyBytes(at, to, to + literals);
    at += literals;
    to += literals;
    if (at == end) return <i32>to;
    if (at + 2 > end) return fail(TRUNCATED, at);
    const distance = <usize>load<u16>(at);
    at += 2;
    let length = (token & 15) + 4;
    if (length == 19) {
      let more: usize;
      do {
        if (at >= end) return fail(TRUNCATED, at);
        more = load<u8>(at++);
        length = min(length + more, MAX_LENGTH);
      } while (more == 255);
    }
    if (distance == 0 || distance > to - raw || length > rawEnd - to) return fail(LEAVES, at);
    repeatBytes(distance, to, to + length);
    to += length;
  }
  return <i32>to;
}

import { SpiceError } from '../wire/error.ts';
import { convertRows } from './bitmap.ts';
import type { DecodedImage, Room } from './decoded-image.ts';
import { LZ4_HEADER_BYTES, type Lz4Header } from './lz4-header.ts';

/**
 * LZ4, the twin of wasm/lz4.ts. Behind the header blocks: compressed size u32 (big-endian), LZ4 block. Blocks may
 * refer back into earlier blocks of the image. The result is rows of pixels without padding.
 * @throws SpiceError truncated | malformed
 */
export function decodeLz4Reference(
  bytes: Uint8Array,
  { format, rawBytes, topDown, alpha }: Lz4Header,
  width: number,
  height: number,
  room: Room,
): DecodedImage {
  const raw = new Uint8Array(rawBytes);
  let at = LZ4_HEADER_BYTES;
  let to = 0;
  while (to < raw.length) {
    if (at + 4 > bytes.length) throw new SpiceError('truncated', 'an LZ4 image ends too early', { offset: at });
    const size = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
    at += 4;
    if (size === 0 || size > bytes.length - at) {
      throw new SpiceError('truncated', `an LZ4 block of ${size} bytes`, { offset: at });
    }
    to = decodeBlock(bytes, at, at + size, raw, to);
    at += size;
  }
  const pixels = room(width * height);
  convertRows(raw, format, width, height, rawBytes / height, undefined, pixels);
  return { pixels, start: 0, width, height, stride: width, topDown, alpha };
}

/** One LZ4 block (lz4_Block_format.md) into `out` from `to` on; returns the position behind what it wrote. */
function decodeBlock(input: Uint8Array, at: number, end: number, out: Uint8Array, to: number): number {
  while (at < end) {
    const token = input[at++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more: number;
      do {
        if (at >= end) throw cutShort(at);
        more = input[at++]!;
        literals += more;
      } while (more === 255);
    }
    if (literals > end - at) throw cutShort(at);
    if (literals > out.length - to) throw leaves(at);
    for (const stop = at + literals; at < stop; ) out[to++] = input[at++]!;
    if (at === end) return to;
    if (at + 2 > end) throw cutShort(at);
    const distance = input[at]! | (input[at + 1]! << 8);
    at += 2;
    let length = (token & 15) + 4;
    if (length === 19) {
      let more: number;
      do {
        if (at >= end) throw cutShort(at);
        more = input[at++]!;
        length += more;
      } while (more === 255);
    }
    if (distance === 0 || distance > to || length > out.length - to) throw leaves(at);
    if (distance >= length && length > 32) {
      out.copyWithin(to, to - distance, to - distance + length);
      to += length;
    } else for (const stop = to + length; to < stop; to++) out[to] = out[to - distance]!;
  }
  return to;
}

function cutShort(offset: number): SpiceError {
  return new SpiceError('truncated', 'an LZ4 block ends too early', { offset });
}

function leaves(offset: number): SpiceError {
  return new SpiceError('malformed', 'an LZ4 code leaves its image', { offset });
}

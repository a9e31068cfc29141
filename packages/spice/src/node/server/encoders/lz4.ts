import { ByteWriter } from '../../../wire/byte-writer.ts';

const MIN_MATCH = 4;
/** The last five bytes of a block are literals, and no match begins in its last twelve (lz4_Block_format.md). */
const LITERAL_END = 5;
const MATCH_END = 12;

/**
 * An LZ4 image of rows without padding: top down (u8), format (u8), then blocks, each with its size (u32, big-endian)
 * before it; later ones refer to earlier ones.
 * @param format of BITMAP_FORMAT
 */
export function encodeLz4(data: Uint8Array, format: number, blocks: number, topDown = true): Uint8Array {
  const out = new ByteWriter(data.length).u8(+topDown).u8(format);
  const places = new Map<number, number>();
  const size = Math.ceil(data.length / blocks);
  for (let at = 0; at < data.length; at += size) {
    const block = encodeBlock(data, at, Math.min(at + size, data.length), places);
    const { length } = block;
    out
      .u8(length >>> 24)
      .u8(length >>> 16)
      .u8(length >>> 8)
      .u8(length)
      .put(block);
  }
  return out.finish();
}

function encodeBlock(data: Uint8Array, from: number, end: number, places: Map<number, number>): Uint8Array {
  const out = new ByteWriter(end - from);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  let literals = from;
  for (let at = from; at < end - MATCH_END; ) {
    const key = view.getInt32(at);
    const found = places.get(key);
    places.set(key, at);
    if (found === undefined || at - found > 0xffff) {
      at++;
      continue;
    }
    let length = MIN_MATCH;
    while (at + length < end - LITERAL_END && data[found + length] === data[at + length]) length++;
    sequence(out, data.subarray(literals, at), length - MIN_MATCH, at - found);
    at += length;
    literals = at;
  }
  sequence(out, data.subarray(literals, end), undefined, 0);
  return out.finish();
}

function sequence(out: ByteWriter, literals: Uint8Array, match: number | undefined, distance: number): void {
  out.u8((Math.min(literals.length, 15) << 4) | Math.min(match ?? 0, 15));
  extend(out, literals.length);
  out.put(literals);
  if (match === undefined) return;
  out.u16(distance);
  extend(out, match);
}

function extend(out: ByteWriter, length: number): void {
  if (length < 15) return;
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) out.u8(255);
  out.u8(rest);
}

import { SpiceError } from '../wire/error.ts';
import type { DecodedImage, Room } from './decoded-image.ts';
import { LZ_HEADER_BYTES, LZ_TYPE, type LzHeader, pixelsPerUnit, readLzHeader } from './lz-header.ts';
import { a8Literals, indexLiterals, type Literals, rgb16Literals } from './lz-literals.ts';
import type { Palette } from './palette.ts';

/**
 * LZ, the twin of wasm/lz.ts and the only one for indexed images: FastLZ over whole pixels. Behind the header, control bytes c:
 *
 *   c < 32   c + 1 literal units follow
 *   c >= 32  a match: length c >> 5 (7: add bytes until one is not 255), distance (c & 31) << 8 | next byte;
 *            if all 13 bits are set, distance = 8191 + the next two bytes (high first). Both are biased.
 *
 * RGBA is two such streams: the colours, then the alpha bytes of the same pixels.
 * @throws SpiceError truncated | malformed
 */
export function decodeLzReference(
  bytes: Uint8Array,
  header: LzHeader,
  palette: Palette | undefined,
  room: Room,
): DecodedImage {
  const { type, width, height, rowPixels, topDown } = header;
  const at = LZ_HEADER_BYTES;
  const count = rowPixels * height;
  const pixels = room(count);
  const out = pixels.length === count ? pixels : pixels.subarray(0, count);
  const unit = pixelsPerUnit(type);
  switch (type) {
    case LZ_TYPE.RGB24:
    case LZ_TYPE.RGB32:
      decodeRgb(bytes, at, out);
      break;
    case LZ_TYPE.RGBA:
      decodeAlpha(bytes, decodeRgb(bytes, at, out), pixels, count);
      break;
    case LZ_TYPE.XXXA:
      pixels.fill(0, 0, count);
      decodeAlpha(bytes, at, pixels, count);
      break;
    case LZ_TYPE.RGB16:
      decodeUnits(bytes, at, out, rgb16Literals, 1, 1);
      break;
    case LZ_TYPE.A8:
      decodeUnits(bytes, at, out, a8Literals, 2, 1);
      break;
    default:
      decodeUnits(bytes, at, out, indexLiterals(type, palette), 2, unit);
  }
  const alpha = type === LZ_TYPE.RGBA || type >= LZ_TYPE.XXXA;
  return { pixels, start: 0, width, height, stride: rowPixels, topDown, alpha };
}

/** Only the alpha of `pixels`, from a stream of type XXXA (JPEG with alpha); returns its header's orientation. */
export function decodeLzAlpha(bytes: Uint8Array, pixels: Int32Array, width: number, height: number): boolean {
  const header = readLzHeader(bytes);
  if (header.type !== LZ_TYPE.XXXA || header.width !== width || header.height !== height) {
    throw new SpiceError('malformed', 'the alpha of a JPEG image does not fit it', { offset: 8 });
  }
  decodeAlpha(bytes, LZ_HEADER_BYTES, pixels, width * height);
  return header.topDown;
}

/** The frequent case written out: three literal bytes a pixel. Returns the position behind the stream. */
function decodeRgb(input: Uint8Array, at: number, out: Int32Array): number {
  const limit = out.length;
  const end = input.length;
  let to = 0;
  while (to < limit) {
    if (at >= end) throw cutShort(at);
    const control = input[at++]!;
    if (control < 32) {
      const stop = to + control + 1;
      if (stop > limit || at + (control + 1) * 3 > end) throw stop > limit ? tooLong(at) : cutShort(at);
      for (; to < stop; to++, at += 3) {
        out[to] = 0xff000000 | (input[at]! << 16) | (input[at + 1]! << 8) | input[at + 2]!;
      }
      continue;
    }
    let length = control >> 5;
    if (length === 7) {
      let more: number;
      do {
        if (at >= end) throw cutShort(at);
        more = input[at++]!;
        length += more;
      } while (more === 255);
    }
    if (at >= end) throw cutShort(at);
    let distance = ((control & 31) << 8) | input[at++]!;
    if (distance === 0x1fff) {
      if (at + 2 > end) throw cutShort(at);
      distance = 8191 + ((input[at]! << 8) | input[at + 1]!);
      at += 2;
    }
    const from = to - distance - 1;
    const stop = to + length;
    if (from < 0 || stop > limit) throw from < 0 ? beforeStart(at) : tooLong(at);
    if (distance === 0) {
      const pixel = out[from]!;
      if (length > 24) out.fill(pixel, to, stop);
      else for (let i = to; i < stop; i++) out[i] = pixel;
    } else if (length > 48 && distance >= length) out.copyWithin(to, from, from + length);
    else for (let i = to, j = from; i < stop; i++, j++) out[i] = out[j]!;
    to = stop;
  }
  return at;
}

/**
 * Any other literal form. `bias` is what the type adds to match lengths; `unit` the pixels of one unit, in which
 * lengths and distances are counted.
 */
function decodeUnits(
  input: Uint8Array,
  at: number,
  out: Int32Array,
  literals: Literals,
  bias: number,
  unit: number,
): number {
  const limit = out.length;
  const end = input.length;
  let to = 0;
  while (to < limit) {
    if (at >= end) throw cutShort(at);
    const control = input[at++]!;
    if (control < 32) {
      const stop = to + (control + 1) * unit;
      if (stop > limit) throw tooLong(at);
      at = literals(input, at, control + 1, out, to);
      if (at > end) throw cutShort(end);
      to = stop;
      continue;
    }
    let length = control >> 5;
    if (length === 7) {
      let more: number;
      do {
        if (at >= end) throw cutShort(at);
        more = input[at++]!;
        length += more;
      } while (more === 255);
    }
    if (at >= end) throw cutShort(at);
    let distance = ((control & 31) << 8) | input[at++]!;
    if (distance === 0x1fff) {
      if (at + 2 > end) throw cutShort(at);
      distance = 8191 + ((input[at]! << 8) | input[at + 1]!);
      at += 2;
    }
    const from = to - (distance + 1) * unit;
    const stop = to + (length + bias) * unit;
    if (from < 0 || stop > limit) throw from < 0 ? beforeStart(at) : tooLong(at);
    for (let j = from; to < stop; to++, j++) out[to] = out[j]!;
  }
  return at;
}

/** A stream of alpha bytes for pixels whose colours are already there. */
function decodeAlpha(input: Uint8Array, at: number, pixels: Int32Array, count: number): void {
  const out = new Uint8Array(pixels.buffer, pixels.byteOffset, count * 4);
  const limit = count * 4 + 3;
  const end = input.length;
  let to = 3;
  while (to < limit) {
    if (at >= end) throw cutShort(at);
    const control = input[at++]!;
    if (control < 32) {
      const stop = to + (control + 1) * 4;
      if (stop > limit || at + control + 1 > end) throw stop > limit ? tooLong(at) : cutShort(at);
      for (; to < stop; to += 4) out[to] = input[at++]!;
      continue;
    }
    let length = control >> 5;
    if (length === 7) {
      let more: number;
      do {
        if (at >= end) throw cutShort(at);
        more = input[at++]!;
        length += more;
      } while (more === 255);
    }
    if (at >= end) throw cutShort(at);
    let distance = ((control & 31) << 8) | input[at++]!;
    if (distance === 0x1fff) {
      if (at + 2 > end) throw cutShort(at);
      distance = 8191 + ((input[at]! << 8) | input[at + 1]!);
      at += 2;
    }
    let from = to - (distance + 1) * 4;
    const stop = to + (length + 2) * 4;
    if (from < 0 || stop > limit) throw from < 0 ? beforeStart(at) : tooLong(at);
    for (; to < stop; to += 4, from += 4) out[to] = out[from]!;
  }
}

function cutShort(offset: number): SpiceError {
  return new SpiceError('truncated', 'an LZ image ends too early', { offset });
}

function tooLong(offset: number): SpiceError {
  return new SpiceError('malformed', 'an LZ code leaves its image', { offset });
}

function beforeStart(offset: number): SpiceError {
  return new SpiceError('malformed', 'an LZ match begins before its image', { offset });
}

import { SpiceError } from '../wire/error.ts';
import type { DecodedImage } from './decoded-image.ts';
import type { GlzDictionary } from './glz-dictionary.ts';
import { checkLzMagic, LZ_TYPE, rowPixels } from './lz-header.ts';
import { type Literals, rgb16Literals, rgbLiterals } from './lz-literals.ts';

/**
 * GLZ: LZ whose matches may lie in earlier images of the session.
 *
 * Header, 33 bytes, big-endian: magic, version, type | top_down << 4 (u8), width, height, stride, image id (u64),
 * distance to the oldest image still needed. Control bytes c:
 *
 *   c < 32   c + 1 literal pixels follow
 *   c >= 32  length c >> 5 (7: add bytes until one is not 255); pixel distance p = c & 15 | next byte << 4; then a
 *            byte f whose top two bits count the bytes of image distance that follow it.
 *            c & 16 = 0: the image distance starts with f & 63.
 *            c & 16 = 1: f & 31 are bits 12..16 of p and, if f & 32, one more byte (behind the image distance) bits 17..24.
 *            Image distance 0: p + 1 pixels back in this image; else p is an index into that image.
 *
 * RGBA is two such streams, the second one for alpha.
 */
const HEADER_BYTES = 33;
const NO_IMAGES = new Int32Array(0);

/** A decode either succeeds or says which image has to arrive first. */
export type GlzResult = { image: DecodedImage } | { missing: number };

/** @throws SpiceError truncated | malformed | limit | unsupported */
export function decodeGlz(bytes: Uint8Array, dictionary: GlzDictionary): GlzResult {
  if (bytes.length < HEADER_BYTES) throw new SpiceError('truncated', 'a GLZ image without its header', { offset: 0 });
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  checkLzMagic(view);
  const flags = view.getUint8(8);
  const type = flags & 15;
  const width = view.getUint32(9);
  const height = view.getUint32(13);
  const stride = rowPixels(type, width, height, view.getUint32(17));
  const id = view.getUint32(21) * 0x100000000 + view.getUint32(25);
  const distance = view.getUint32(29);
  if (!Number.isSafeInteger(id) || distance > id) throw new SpiceError('malformed', `GLZ image ${id}`, { offset: 21 });
  if (type < LZ_TYPE.RGB16 || type > LZ_TYPE.RGBA)
    throw new SpiceError('unsupported', `GLZ type ${type}`, { offset: 8 });

  const pixels = new Int32Array(stride * height);
  const stream = new GlzStream(bytes, HEADER_BYTES, id, dictionary);
  if (type === LZ_TYPE.RGB16) stream.colors(pixels, rgb16Literals, 2, 1);
  else stream.colors(pixels, rgbLiterals, 3, 0);
  if (type === LZ_TYPE.RGBA && stream.missing < 0) stream.alpha(pixels);
  if (stream.missing >= 0) return { missing: stream.missing };
  dictionary.add(id, distance, pixels);
  return { image: { pixels, width, height, stride, topDown: flags >> 4 !== 0, alpha: type === LZ_TYPE.RGBA } };
}

class GlzStream {
  /** The image that is not there yet, or -1. */
  missing = -1;
  readonly #input: Uint8Array;
  #at: number;
  readonly #id: number;
  readonly #dictionary: GlzDictionary;
  // The last match read.
  #length = 0;
  #offset = 0;
  #images = 0;
  // The image referred to last: matches come in clusters.
  #cachedId = -1;
  #cached: Int32Array = NO_IMAGES;

  constructor(input: Uint8Array, at: number, id: number, dictionary: GlzDictionary) {
    this.#input = input;
    this.#at = at;
    this.#id = id;
    this.#dictionary = dictionary;
  }

  colors(out: Int32Array, literals: Literals, literalBytes: number, bias: number): void {
    const input = this.#input;
    const end = input.length;
    const limit = out.length;
    let to = 0;
    while (to < limit) {
      let at = this.#at;
      if (at >= end) throw this.#cutShort();
      const control = input[at++]!;
      if (control < 32) {
        const count = control + 1;
        if (to + count > limit) throw this.#leaves();
        if (at + count * literalBytes > end) throw this.#cutShort();
        if (literalBytes === 3) {
          for (const stop = to + count; to < stop; to++, at += 3) {
            out[to] = 0xff000000 | (input[at]! << 16) | (input[at + 1]! << 8) | input[at + 2]!;
          }
          this.#at = at;
        } else {
          this.#at = literals(input, at, count, out, to);
          to += count;
        }
        continue;
      }
      this.#at = at;
      this.#match(control);
      const length = this.#length + bias;
      const stop = to + length;
      if (stop > limit) throw this.#leaves();
      if (this.#images === 0) {
        const from = to - this.#offset - 1;
        if (from < 0) throw this.#leaves();
        if (this.#offset === 0 && length > 24) out.fill(out[from]!, to, stop);
        else if (length > 48 && from + length <= to) out.copyWithin(to, from, from + length);
        else for (let i = to, j = from; i < stop; i++, j++) out[i] = out[j]!;
      } else {
        const source = this.#source();
        if (this.missing >= 0) return;
        const from = this.#offset;
        if (from + length > source.length) throw this.#leaves();
        if (length > 64) {
          out.set(source.subarray(from, from + length), to);
          for (let i = to; i < stop; i++) out[i]! |= 0xff000000;
        } else for (let i = to, j = from; i < stop; i++, j++) out[i] = source[j]! | 0xff000000;
      }
      to = stop;
    }
  }

  alpha(pixels: Int32Array): void {
    const input = this.#input;
    const end = input.length;
    const out = new Uint8Array(pixels.buffer);
    const limit = out.length + 3;
    let to = 3;
    while (to < limit) {
      if (this.#at >= end) throw this.#cutShort();
      const control = input[this.#at++]!;
      if (control < 32) {
        const stop = to + (control + 1) * 4;
        if (stop > limit) throw this.#leaves();
        if (this.#at + control + 1 > end) throw this.#cutShort();
        for (; to < stop; to += 4) out[to] = input[this.#at++]!;
        continue;
      }
      this.#match(control);
      const stop = to + (this.#length + 2) * 4;
      let bytes = out;
      let from = to - (this.#offset + 1) * 4;
      if (this.#images > 0) {
        const source = this.#source();
        if (this.missing >= 0) return;
        bytes = new Uint8Array(source.buffer, source.byteOffset, source.length * 4);
        from = this.#offset * 4 + 3;
      }
      if (from < 0 || stop > limit || from + stop - to > bytes.length + 3) throw this.#leaves();
      for (; to < stop; to += 4, from += 4) out[to] = bytes[from]!;
    }
  }

  #match(control: number): void {
    const input = this.#input;
    let at = this.#at;
    // A read behind the end gives undefined, which counts as 0 below; the check at the end rejects it.
    let length = control >> 5;
    if (length === 7) {
      let more: number;
      do {
        more = input[at++]! | 0;
        length += more;
      } while (more === 255);
    }
    let offset = (control & 15) | (input[at++]! << 4);
    const flags = input[at++]! | 0;
    const imageBytes = flags >> 6;
    let images: number;
    if ((control & 16) === 0) {
      images = flags & 63;
      for (let i = 0; i < imageBytes; i++) images += input[at++]! << (6 + 8 * i);
    } else {
      offset += (flags & 31) << 12;
      images = 0;
      for (let i = 0; i < imageBytes; i++) images += input[at++]! << (8 * i);
      if (flags & 32) offset += input[at++]! << 17;
    }
    if (at > input.length) throw this.#cutShort();
    this.#at = at;
    this.#length = length;
    this.#offset = offset;
    this.#images = images;
  }

  #source(): Int32Array {
    const id = this.#id - this.#images;
    if (id === this.#cachedId) return this.#cached;
    const source = this.#dictionary.get(id);
    if (!source) {
      if (id < 0 || !this.#dictionary.mayArrive(id)) {
        throw new SpiceError('malformed', `GLZ image ${this.#id} refers to ${id}, which is gone`, { offset: this.#at });
      }
      this.missing = id;
      return NO_IMAGES;
    }
    this.#cachedId = id;
    this.#cached = source;
    return source;
  }

  #cutShort(): SpiceError {
    return new SpiceError('truncated', 'a GLZ image ends too early', { offset: this.#at });
  }

  #leaves(): SpiceError {
    return new SpiceError('malformed', 'a GLZ code leaves its image', { offset: this.#at });
  }
}

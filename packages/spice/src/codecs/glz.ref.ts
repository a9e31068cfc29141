import { SpiceError } from '../wire/error.ts';
import { GLZ_HEADER_BYTES, type GlzHeader } from './glz-header.ts';
import { LZ_TYPE } from './lz-header.ts';
import { type Literals, rgb16Literals, rgbLiterals } from './lz-literals.ts';

/**
 * GLZ, the twin of wasm/glz.ts: LZ whose matches may lie in earlier images of the session. Behind the header,
 * control bytes c:
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
const NO_IMAGES = new Int32Array(0);

/** Where the earlier images are. */
interface Earlier {
  get(id: number): Int32Array | undefined;
  mayArrive(id: number): boolean;
}

/** Fills `pixels`. @throws SpiceError truncated | malformed */
export function decodeGlzReference(
  bytes: Uint8Array,
  { type, id }: GlzHeader,
  pixels: Int32Array<ArrayBuffer>,
  earlier: Earlier,
): { alpha: boolean } | { missing: number } {
  const stream = new GlzStream(bytes, GLZ_HEADER_BYTES, id, earlier);
  if (type === LZ_TYPE.RGB16) stream.colors(pixels, rgb16Literals, 2, 1);
  else stream.colors(pixels, rgbLiterals, 3, 0);
  const alpha = type === LZ_TYPE.RGBA;
  if (alpha && stream.missing < 0) stream.alpha(pixels);
  return stream.missing >= 0 ? { missing: stream.missing } : { alpha };
}

class GlzStream {
  /** The image that is not there yet, or -1. */
  missing = -1;
  readonly #input: Uint8Array;
  #at: number;
  readonly #id: number;
  readonly #earlier: Earlier;
  // The last match read.
  #length = 0;
  #offset = 0;
  #images = 0;
  // The image referred to last: matches come in clusters.
  #cachedId = -1;
  #cached: Int32Array = NO_IMAGES;

  constructor(input: Uint8Array, at: number, id: number, earlier: Earlier) {
    this.#input = input;
    this.#at = at;
    this.#id = id;
    this.#earlier = earlier;
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
    const source = this.#earlier.get(id);
    if (!source) {
      if (id < 0 || !this.#earlier.mayArrive(id)) {
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

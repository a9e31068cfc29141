import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeGlz, glzHeader } from '../node/testing/lz-encoder.ts';
import { SpiceError } from '../wire/error.ts';
import { ownPixels } from './decoded-image.ts';
import { GlzDictionary } from './glz-dictionary.ts';
import { LZ_TYPE } from './lz-header.ts';

const OPAQUE = 0xff000000 | 0;
const bgr = (pixel: number): number[] => [(pixel >> 16) & 255, (pixel >> 8) & 255, pixel & 255];
const pixels = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 8 })
  .map((runs) => runs.flatMap(([color, length]) => Array<number>(length).fill(color * 0x40305060)));
const sequence = fc.array(pixels, { minLength: 1, maxLength: 6 });

/** A session's images, each encoded with references to the three before it. */
function encode(images: number[][], alpha: boolean): Uint8Array[] {
  const type = alpha ? LZ_TYPE.RGBA : LZ_TYPE.RGB32;
  return images.map((image, id) => {
    const oldest = Math.max(0, id - 3);
    const earlier = new Map(images.slice(oldest, id).map((other, i) => [oldest + i, other] as const));
    const of = (units: (pixel: number) => number[], bias: number): number[] =>
      encodeGlz({ literals: image.map(units), bias }, id, new Map([...earlier].map(([at, p]) => [at, p.map(units)])));
    const streams = [...of(bgr, 0), ...(alpha ? of((pixel) => [pixel >>> 24], 2) : [])];
    return Uint8Array.of(...glzHeader(type, image.length, 1, true, id, oldest), ...streams);
  });
}

describe('GLZ', () => {
  it('gives back a sequence of images that refer to each other', () => {
    fc.assert(
      fc.property(sequence, fc.boolean(), (images, alpha) => {
        const dictionary = new GlzDictionary(1 << 20);
        encode(images, alpha).forEach((bytes, i) => {
          const result = dictionary.decode(bytes);
          if (!('image' in result)) throw new Error(`image ${result.missing} is missing`);
          expect([...ownPixels(result.image).pixels]).toEqual(
            images[i]!.map((pixel) => (alpha ? pixel | 0 : pixel | OPAQUE)),
          );
        });
      }),
    );
  });

  it('reaches far back in large images', () => {
    const image = Array.from({ length: 200_000 }, (_, i) => i);
    const literals = image.map(bgr);
    const first = Uint8Array.of(...glzHeader(LZ_TYPE.RGB32, 200_000, 1, true, 0, 0));
    const body: number[] = [];
    for (let at = 0; at < literals.length; at += 32) {
      const part = literals.slice(at, at + 32);
      body.push(part.length - 1);
      for (const unit of part) body.push(...unit);
    }
    const bytes = new Uint8Array(first.length + body.length);
    bytes.set(first);
    bytes.set(body, first.length);
    const dictionary = new GlzDictionary(1 << 20);
    dictionary.decode(bytes);
    const tail = encodeGlz({ literals: literals.slice(190_000, 190_040), bias: 0 }, 1, new Map([[0, literals]]));
    const result = dictionary.decode(Uint8Array.of(...glzHeader(LZ_TYPE.RGB32, 40, 1, true, 1, 0), ...tail));
    expect('image' in result && [...ownPixels(result.image).pixels]).toEqual(
      image.slice(190_000, 190_040).map((p) => p | OPAQUE),
    );
  });

  it('says which image is still to come, and decodes once it is there', async () => {
    const image = [1, 2, 3, 4, 5, 6, 7, 8];
    const [first, second] = encode([image, image], false) as [Uint8Array, Uint8Array];
    const dictionary = new GlzDictionary(1 << 20);
    expect(dictionary.decode(second)).toEqual({ missing: 0 });
    const arrival = dictionary.arrival(0);
    dictionary.decode(first);
    await arrival;
    expect(dictionary.decode(second)).toHaveProperty('image');
  });

  it('releases what no later image may refer to, and ends when told to keep too much', () => {
    const image = [1, 2, 3, 4, 5, 6, 7, 8];
    const dictionary = new GlzDictionary(1 << 20);
    for (const bytes of encode(Array<number[]>(8).fill(image), false)) dictionary.decode(bytes);
    expect([dictionary.has(0), dictionary.has(4), dictionary.has(7)]).toEqual([false, true, true]);
    const small = new GlzDictionary(10);
    expect(() => encode([image, image], false).map((bytes) => small.decode(bytes))).toThrow(
      expect.objectContaining({ code: 'limit' }),
    );
  });

  it('ends with a clear error when cut short, and survives any bytes', () => {
    fc.assert(
      fc.property(sequence, fc.double({ min: 0, max: 0.999, noNaN: true }), (images, part) => {
        const [bytes] = encode([images[0]!], false) as [Uint8Array];
        const cut = bytes.subarray(0, Math.floor(bytes.length * part));
        expect(() => new GlzDictionary(1 << 20).decode(cut)).toThrow(expect.objectContaining({ code: 'truncated' }));
      }),
    );
    fc.assert(
      fc.property(fc.nat(15), fc.uint8Array({ maxLength: 200 }), (type, junk) => {
        try {
          new GlzDictionary(1 << 20).decode(Uint8Array.of(...glzHeader(type, 10, 5, true, 3, 0), ...junk));
        } catch (error) {
          expect(error).toBeInstanceOf(SpiceError);
        }
      }),
    );
  });
});

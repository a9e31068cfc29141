import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeGlz, GlzWindow, glzHeader, type Units } from '../node/server/encoders/lz.ts';
import { alphaUnits, colorUnits } from '../node/server/encoders/lz-units.ts';
import { SpiceError } from '../wire/error.ts';
import { ownPixels } from './decoded-image.ts';
import { GlzDictionary } from './glz-dictionary.ts';
import { LZ_TYPE } from './lz-header.ts';

const OPAQUE = 0xff000000 | 0;
const pixels = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 8 })
  .map((runs) => runs.flatMap(([color, length]) => Array<number>(length).fill(color * 0x40305060)));
const sequence = fc.array(pixels, { minLength: 1, maxLength: 6 });

/** A session's images, each encoded with references to the three before it. */
function encode(images: number[][], alpha: boolean): Uint8Array[] {
  const type = alpha ? LZ_TYPE.RGBA : LZ_TYPE.RGB32;
  return images.map((image, id) => {
    const oldest = Math.max(0, id - 3);
    const to = glzHeader(type, image.length, 1, true, { id, oldest });
    const stream = (unitsOf: (pixels: Int32Array) => Units): void => {
      const window = new GlzWindow(4);
      for (let at = oldest; at < id; at++) window.add(at, unitsOf(Int32Array.from(images[at]!)).keys);
      encodeGlz(unitsOf(Int32Array.from(image)), id, window, to);
    };
    stream(colorUnits);
    if (alpha) stream(alphaUnits);
    return to.finish();
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
    const image = Int32Array.from({ length: 200_000 }, (_, i) => i);
    const dictionary = new GlzDictionary(1 << 20);
    const window = new GlzWindow(2);
    const first = glzHeader(LZ_TYPE.RGB32, 200_000, 1, true, { id: 0, oldest: 0 });
    encodeGlz(colorUnits(image), 0, window, first);
    dictionary.decode(first.finish());
    const part = image.slice(190_000, 190_040);
    const second = glzHeader(LZ_TYPE.RGB32, 40, 1, true, { id: 1, oldest: 0 });
    const headerBytes = second.length;
    encodeGlz(colorUnits(part), 1, window, second);
    // One match and not forty pixels.
    expect(second.length - headerBytes).toBeLessThan(10);
    const result = dictionary.decode(second.finish());
    expect('image' in result && ownPixels(result.image).pixels).toEqual(part.map((pixel) => pixel | OPAQUE));
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
          const to = glzHeader(type, 10, 5, true, { id: 3, oldest: 0 });
          new GlzDictionary(1 << 20).decode(to.put(junk).finish());
        } catch (error) {
          expect(error).toBeInstanceOf(SpiceError);
        }
      }),
    );
  });
});

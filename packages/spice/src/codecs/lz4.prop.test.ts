import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLz4 } from '../node/server/encoders/lz4.ts';
import { agreed, lz4Twins } from '../node/testing/twins.ts';
import { SpiceError } from '../wire/error.ts';
import { type DecodedImage, ownPixels } from './decoded-image.ts';
import { decodeLz4 } from './lz4.ts';
import { pixelOf555 } from './palette.ts';

const OPAQUE = 0xff000000 | 0;

function decode(bytes: Uint8Array, width: number, height: number): DecodedImage {
  agreed(lz4Twins(width, height), bytes);
  return ownPixels(decodeLz4(bytes, width, height));
}

const picture = fc
  .record({
    width: fc.integer({ min: 1, max: 30 }),
    height: fc.integer({ min: 1, max: 20 }),
    colors: fc.array(fc.integer(), { minLength: 1, maxLength: 4 }),
  })
  .map(({ width, height, colors }) => {
    const pixels = Array.from({ length: width * height }, (_, i) => colors[(i >> 3) % colors.length]!);
    return { width, height, pixels };
  });

describe('LZ4', () => {
  it('gives back pictures with alpha, in any number of dependent blocks', () => {
    fc.assert(
      fc.property(picture, fc.integer({ min: 1, max: 4 }), ({ width, height, pixels }, blocks) => {
        const data = pixels.flatMap((p) => [(p >> 16) & 255, (p >> 8) & 255, p & 255, p >>> 24]);
        const decoded = decode(encodeLz4(Uint8Array.from(data), 9, blocks), width, height);
        expect([...decoded.pixels]).toEqual(pixels.map((p) => p | 0));
      }),
    );
  });

  it.each([
    ['16 bits', 6, (p: number) => [p & 255, (p >> 8) & 127], (p: number) => pixelOf555(p & 0x7fff)],
    ['24 bits', 7, (p: number) => [(p >> 16) & 255, (p >> 8) & 255, p & 255], (p: number) => p | OPAQUE],
    ['32 bits', 8, (p: number) => [(p >> 16) & 255, (p >> 8) & 255, p & 255, p >>> 24], (p: number) => p | OPAQUE],
  ] as const)('gives back pictures of %s', (_name, format, bytesOf, expected) => {
    fc.assert(
      fc.property(picture, ({ width, height, pixels }) => {
        const data = Uint8Array.from(pixels.flatMap(bytesOf));
        const decoded = decode(encodeLz4(data, format, 1), width, height);
        expect([...decoded.pixels]).toEqual(pixels.map(expected));
      }),
    );
  });

  it('ends with a clear error when cut short, and survives any bytes', () => {
    const data = Uint8Array.from({ length: 400 }, (_, i) => (i * 7) % 31);
    const good = encodeLz4(data, 8, 2);
    for (let length = 0; length < good.length; length++) {
      expect(() => decodeLz4(good.subarray(0, length), 10, 10)).toThrow(SpiceError);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (junk) => {
        const bytes = Uint8Array.of(1, 8, 0, 0, 0, junk.length, ...junk);
        try {
          decodeLz4(bytes, 8, 8);
        } catch (error) {
          expect(error).toBeInstanceOf(SpiceError);
        }
      }),
    );
  });
});

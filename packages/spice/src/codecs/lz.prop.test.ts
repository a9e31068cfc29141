import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLz, lzHeader, type Units } from '../node/testing/lz-encoder.ts';
import { agreed, lzTwins } from '../node/testing/twins.ts';
import { SpiceError } from '../wire/error.ts';
import { type DecodedImage, ownPixels } from './decoded-image.ts';
import { decodeLz } from './lz.ts';
import { LZ_TYPE } from './lz-header.ts';
import { pixelOf555 } from './palette.ts';

const OPAQUE = 0xff000000 | 0;

/** What WebAssembly and the twin agree about. */
function decode(bytes: Uint8Array): DecodedImage {
  agreed(lzTwins, bytes);
  return ownPixels(decodeLz(bytes));
}

/** Pictures with repeats, as screens have them: few colours, in runs. */
const picture = fc
  .record({
    width: fc.integer({ min: 1, max: 40 }),
    colors: fc.array(fc.integer(), { minLength: 1, maxLength: 6 }),
    runs: fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 30 }),
  })
  .map(({ width, colors, runs }) => {
    const flat = runs.flatMap(([color, length]) => Array<number>(length).fill(colors[color % colors.length]!));
    const height = Math.max(1, Math.floor(flat.length / width));
    const pixels = Int32Array.from({ length: width * height }, (_, i) => flat[i % flat.length]!);
    return { width, height, pixels };
  });

const bgr = (pixel: number): number[] => [(pixel >> 16) & 255, (pixel >> 8) & 255, pixel & 255];

describe('LZ', () => {
  it('gives back 24- and 32-bit pictures', () => {
    fc.assert(
      fc.property(picture, fc.constantFrom(LZ_TYPE.RGB24, LZ_TYPE.RGB32), fc.boolean(), (image, type, topDown) => {
        const { width, height, pixels } = image;
        const units: Units = { literals: Array.from(pixels, bgr), bias: 0 };
        const bytes = Uint8Array.of(...lzHeader(type, width, height, width * 4, topDown), ...encodeLz(units));
        const decoded = decode(bytes);
        expect(decoded).toMatchObject({ width, height, stride: width, topDown, alpha: false });
        expect(decoded.pixels).toEqual(pixels.map((pixel) => pixel | OPAQUE));
      }),
    );
  });

  it('gives back pictures with alpha', () => {
    fc.assert(
      fc.property(picture, ({ width, height, pixels }) => {
        const colors = encodeLz({ literals: Array.from(pixels, bgr), bias: 0 });
        const alpha = encodeLz({ literals: Array.from(pixels, (pixel) => [pixel >>> 24]), bias: 2 });
        const header = lzHeader(LZ_TYPE.RGBA, width, height, width * 4, true);
        expect(decode(Uint8Array.of(...header, ...colors, ...alpha)).pixels).toEqual(pixels);
      }),
    );
  });

  it('gives back 16-bit pictures', () => {
    fc.assert(
      fc.property(picture, ({ width, height, pixels }) => {
        const literals = Array.from(pixels, (pixel) => [(pixel >> 8) & 0x7f, pixel & 255]);
        const header = lzHeader(LZ_TYPE.RGB16, width, height, width * 2, true);
        const decoded = decode(Uint8Array.of(...header, ...encodeLz({ literals, bias: 1 })));
        expect(decoded.pixels).toEqual(pixels.map((pixel) => pixelOf555(pixel & 0x7fff)));
      }),
    );
  });

  it.each([
    [LZ_TYPE.PLT1_LE, 1, false],
    [LZ_TYPE.PLT1_BE, 1, true],
    [LZ_TYPE.PLT4_LE, 4, false],
    [LZ_TYPE.PLT4_BE, 4, true],
    [LZ_TYPE.PLT8, 8, true],
  ] as const)('gives back indexed pictures of type %i', (type, bits, highFirst) => {
    const palette = Int32Array.from({ length: 1 << bits }, (_, i) => OPAQUE | (i * 0x10305));
    fc.assert(
      fc.property(picture, ({ width, height, pixels }) => {
        const perByte = 8 / bits;
        const stride = Math.ceil(width / perByte);
        const index = (x: number, y: number): number => (x < width ? pixels[y * width + x]! & ((1 << bits) - 1) : 0);
        const literals: number[][] = [];
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < stride * perByte; x += perByte) {
            let byte = 0;
            for (let i = 0; i < perByte; i++) byte |= index(x + i, y) << (bits * (highFirst ? perByte - 1 - i : i));
            literals.push([byte]);
          }
        }
        const header = lzHeader(type, width, height, stride, true);
        const decoded = decodeLz(Uint8Array.of(...header, ...encodeLz({ literals, bias: 2 })), palette);
        for (let y = 0; y < height; y++) {
          const row = decoded.pixels.subarray(y * decoded.stride, y * decoded.stride + width);
          expect(row).toEqual(Int32Array.from({ length: width }, (_, x) => palette[index(x, y)]!));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('ends with a clear error when cut short anywhere', () => {
    fc.assert(
      fc.property(picture, fc.double({ min: 0, max: 0.999, noNaN: true }), ({ width, height, pixels }, part) => {
        const units = encodeLz({ literals: Array.from(pixels, bgr), bias: 0 });
        const bytes = Uint8Array.of(...lzHeader(LZ_TYPE.RGB32, width, height, width * 4, true), ...units);
        const cut = bytes.subarray(0, Math.floor(bytes.length * part));
        expect(() => decodeLz(cut)).toThrow(expect.objectContaining({ code: 'truncated' }));
      }),
    );
  });

  it('survives any bytes', () => {
    const type = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(type, fc.nat(20), fc.nat(20), fc.uint8Array({ maxLength: 200 }), (of, width, height, junk) => {
        const bytes = Uint8Array.of(...lzHeader(of, width, height, width, true), ...junk);
        try {
          decodeLz(bytes, new Int32Array(256));
        } catch (error) {
          expect(error).toBeInstanceOf(SpiceError);
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLz, lzHeader, type Units } from '../node/server/encoders/lz.ts';
import { alphaUnits, byteUnits, colorUnits, narrowUnits } from '../node/server/encoders/lz-units.ts';
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

/** A whole image: its units, and with alpha those of the second stream. */
function encode(type: number, width: number, height: number, stride: number, topDown: boolean, ...streams: Units[]) {
  const to = lzHeader(type, width, height, stride, topDown);
  for (const units of streams) encodeLz(units, to);
  return to.finish();
}

describe('LZ', () => {
  it('gives back 24- and 32-bit pictures', () => {
    fc.assert(
      fc.property(picture, fc.constantFrom(LZ_TYPE.RGB24, LZ_TYPE.RGB32), fc.boolean(), (image, type, topDown) => {
        const { width, height, pixels } = image;
        const decoded = decode(encode(type, width, height, width * 4, topDown, colorUnits(pixels)));
        expect(decoded).toMatchObject({ width, height, stride: width, topDown, alpha: false });
        expect(decoded.pixels).toEqual(pixels.map((pixel) => pixel | OPAQUE));
      }),
    );
  });

  it('gives back pictures with alpha', () => {
    fc.assert(
      fc.property(picture, ({ width, height, pixels }) => {
        const streams = [colorUnits(pixels), alphaUnits(pixels)];
        expect(decode(encode(LZ_TYPE.RGBA, width, height, width * 4, true, ...streams)).pixels).toEqual(pixels);
      }),
    );
  });

  it('gives back 16-bit pictures', () => {
    fc.assert(
      fc.property(picture, ({ width, height, pixels }) => {
        const narrow = pixels.map((pixel) => pixelOf555(pixel & 0x7fff));
        const decoded = decode(encode(LZ_TYPE.RGB16, width, height, width * 2, true, narrowUnits(narrow)));
        expect(decoded.pixels).toEqual(narrow);
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
        const rows: number[] = [];
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < stride * perByte; x += perByte) {
            let byte = 0;
            for (let i = 0; i < perByte; i++) byte |= index(x + i, y) << (bits * (highFirst ? perByte - 1 - i : i));
            rows.push(byte);
          }
        }
        const units = byteUnits(Uint8Array.from(rows));
        const decoded = decodeLz(encode(type, width, height, stride, true, units), palette);
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
        const bytes = encode(LZ_TYPE.RGB32, width, height, width * 4, true, colorUnits(pixels));
        const cut = bytes.subarray(0, Math.floor(bytes.length * part));
        expect(() => decodeLz(cut)).toThrow(expect.objectContaining({ code: 'truncated' }));
      }),
    );
  });

  it('survives any bytes', () => {
    const type = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(type, fc.nat(20), fc.nat(20), fc.uint8Array({ maxLength: 200 }), (of, width, height, junk) => {
        const bytes = lzHeader(of, width, height, width, true).put(junk).finish();
        try {
          decodeLz(bytes, new Int32Array(256));
        } catch (error) {
          expect(error).toBeInstanceOf(SpiceError);
        }
      }),
    );
  });
});

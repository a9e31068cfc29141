import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeJpeg, JPEG_SAMPLINGS } from '../node/server/encoders/jpeg.ts';
import { SpiceError } from '../wire/error.ts';
import { decodeJpeg } from './jpeg.ts';

/** Images of a real server, with the pixels that Chromium makes of them. */
interface Recorded {
  width: number;
  height: number;
  bytes: string;
  rgb: string;
}

const recorded = JSON.parse(readFileSync(new URL('fixtures/jpeg.json', import.meta.url), 'utf8')) as Recorded[];

describe('JPEG', () => {
  it('sees what a browser sees', () => {
    for (const { width, height, bytes, rgb } of recorded) {
      const decoded = decodeJpeg(Buffer.from(bytes, 'base64'));
      expect(decoded).toMatchObject({ width, height, topDown: true, alpha: false });
      const rgb8 = [...new Uint8Array(decoded.pixels.buffer)].filter((_, i) => i % 4 < 3);
      expect(Buffer.from(rgb8).toString('base64')).toBe(rgb);
    }
  });

  it('ends with a clear error for other data, and survives damage', () => {
    const good = Buffer.from(recorded[0]!.bytes, 'base64');
    expect(() => decodeJpeg(new Uint8Array(0))).toThrow(SpiceError);
    for (let length = 0; length < good.length; length += 13) {
      try {
        decodeJpeg(good.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(SpiceError);
      }
    }
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const bad = Uint8Array.from(good);
        bad[at] = byte;
        try {
          decodeJpeg(bad);
        } catch (error) {
          expect(error).toBeInstanceOf(SpiceError);
        }
      }),
    );
  });

  it.each(JPEG_SAMPLINGS)('shows a plane of one colour as it is, in any size, and survives damage: %s', (sampling) => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, fc.nat(255), fc.nat(), fc.nat(255), (width, height, grey, at, byte) => {
        const pixel = 0xff000000 | (grey * 0x010101);
        const pixels = new Int32Array(width * height).fill(pixel);
        const bytes = encodeJpeg(width, height, pixels, 1, sampling);
        expect(decodeJpeg(bytes)).toMatchObject({ width, height, pixels });
        bytes[at % bytes.length] = byte;
        try {
          decodeJpeg(bytes.subarray(0, byte % 2 ? bytes.length : at % bytes.length));
        } catch (error) {
          expect(error).toBeInstanceOf(SpiceError);
        }
      }),
    );
  });
});

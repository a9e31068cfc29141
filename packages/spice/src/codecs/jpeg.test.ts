import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
      const truth = Buffer.from(rgb, 'base64');
      const ours = new Uint8Array(decoded.pixels.buffer);
      let sum = 0;
      for (let i = 0; i < truth.length; i++) sum += Math.abs(truth[i]! - ours[Math.floor(i / 3) * 4 + (i % 3)]!);
      expect(sum / truth.length).toBeLessThan(1);
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
});

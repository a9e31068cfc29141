import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeQuic } from '../node/server/encoders/quic.ts';
import { agreed, quicTwins } from '../node/testing/twins.ts';
import { SpiceError } from '../wire/error.ts';
import { type DecodedImage, ownPixels } from './decoded-image.ts';
import { decodeQuic } from './quic.ts';
import { QUIC_TYPE } from './quic-header.ts';

const OPAQUE = 0xff000000 | 0;

function decode(bytes: Uint8Array): DecodedImage {
  agreed(quicTwins, bytes);
  return ownPixels(decodeQuic(bytes));
}

/** Images of a real server, whose pixels equalled QEMU's screendump. */
interface Recorded {
  width: number;
  height: number;
  bytes: string;
  sha256: string;
}

/** Flat areas, gradients and noise beside each other, wide enough for runs and rare updates. */
const picture = fc
  .record({
    width: fc.integer({ min: 1, max: 90 }),
    height: fc.integer({ min: 1, max: 60 }),
    seed: fc.integer(),
    flat: fc.integer({ min: 1, max: 40 }),
  })
  .map(({ width, height, seed, flat }) => {
    const pixels = Int32Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      const kind = (Math.floor(x / flat) + Math.floor(y / 7)) % 3;
      if (kind === 0) return seed;
      return kind === 1 ? seed + x * 0x010203 + y * 0x050101 : Math.imul(i + seed, 0x9e3779b1);
    });
    return { width, height, pixels };
  });

describe('QUIC', () => {
  it.each([
    ['24 bits', QUIC_TYPE.RGB24, (pixel: number) => pixel | OPAQUE],
    ['32 bits', QUIC_TYPE.RGB32, (pixel: number) => pixel | OPAQUE],
    ['alpha', QUIC_TYPE.RGBA, (pixel: number) => pixel],
  ] as const)('gives back pictures with %s', (_name, type, expected) => {
    fc.assert(
      fc.property(picture, ({ width, height, pixels }) => {
        const decoded = decode(encodeQuic(type, width, height, pixels));
        expect(decoded).toMatchObject({ width, height, topDown: true, alpha: type === QUIC_TYPE.RGBA });
        expect(decoded.pixels).toEqual(pixels.map(expected));
      }),
      { numRuns: 40 },
    );
  });

  it('gives back 16-bit pictures, widened to eight bits a sample', () => {
    fc.assert(
      fc.property(picture, ({ width, height, pixels }) => {
        const five = pixels.map((pixel) => pixel & 0x1f1f1f);
        const decoded = decode(encodeQuic(QUIC_TYPE.RGB16, width, height, five));
        expect(decoded.pixels).toEqual(five.map((p) => OPAQUE | (p << 3) | ((p >> 2) & 0x070707)));
      }),
      { numRuns: 40 },
    );
  });

  it('understands what a real server sent', () => {
    const recorded = JSON.parse(readFileSync(new URL('fixtures/quic.json', import.meta.url), 'utf8')) as Recorded[];
    for (const { width, height, bytes, sha256 } of recorded) {
      const decoded = decode(Buffer.from(bytes, 'base64'));
      expect(decoded).toMatchObject({ width, height });
      expect(createHash('sha256').update(new Uint8Array(decoded.pixels.buffer)).digest('hex')).toBe(sha256);
    }
  });

  it('ends with a clear error when cut short, and survives any bytes', () => {
    fc.assert(
      fc.property(picture, fc.double({ min: 0, max: 0.9, noNaN: true }), ({ width, height, pixels }, part) => {
        const bytes = encodeQuic(QUIC_TYPE.RGB32, width, height, pixels);
        const words = Math.floor((bytes.length * part) / 4);
        const cut = bytes.subarray(0, Math.min(words * 4, bytes.length - 20));
        try {
          decode(cut);
        } catch (error) {
          expect(error).toBeInstanceOf(SpiceError);
        }
      }),
      { numRuns: 40 },
    );
    const good = encodeQuic(
      QUIC_TYPE.RGBA,
      20,
      20,
      new Int32Array(400).map((_, i) => i * 0x01030507),
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (junk) => {
        try {
          decode(Uint8Array.of(...good.subarray(0, 20), ...junk));
        } catch (error) {
          expect(error).toBeInstanceOf(SpiceError);
        }
      }),
    );
  });
});

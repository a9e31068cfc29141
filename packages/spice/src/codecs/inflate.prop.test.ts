import { constants, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreed, inflateTwins } from '../node/testing/twins.ts';
import { SpiceError } from '../wire/error.ts';
import { inflate } from './inflate.ts';

const data = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 40 })), { maxLength: 20 })
  .map((parts) =>
    Uint8Array.from(
      parts.flatMap(([part, times]) =>
        Array<number[]>(times)
          .fill([...part])
          .flat(),
      ),
    ),
  );
const options = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  strategy: fc.constantFrom(constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE),
});

describe('inflate', () => {
  it('undoes zlib, whatever its settings', () => {
    fc.assert(
      fc.property(data, options, (bytes, how) => {
        const deflated = deflateSync(bytes, how);
        agreed(inflateTwins(bytes.length), deflated);
        expect(inflate(deflated, bytes.length)).toEqual(bytes);
      }),
    );
  });

  it('ends with a clear error for a wrong size, for streams cut short and for any bytes', () => {
    const bytes = Uint8Array.from({ length: 500 }, (_, i) => (i * i) % 251);
    const good = deflateSync(bytes);
    expect(() => inflate(good, 499)).toThrow(SpiceError);
    expect(() => inflate(good, 501)).toThrow(SpiceError);
    for (let length = 0; length < good.length - 5; length++) {
      expect(() => inflate(good.subarray(0, length), bytes.length)).toThrow(SpiceError);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(500), (junk, size) => {
        try {
          inflate(Uint8Array.of(0x78, 0x9c, ...junk), size);
        } catch (error) {
          expect(error).toBeInstanceOf(SpiceError);
        }
      }),
    );
  });
});

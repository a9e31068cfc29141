import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SparseBytes } from './sparse-bytes.ts';

const SIZE = 400_000;
const place = fc.nat({ max: SIZE });

const change = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), at: place, length: fc.nat({ max: 150_000 }), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('clear' as const), at: place, length: fc.nat({ max: 200_000 }), byte: fc.constant(0) }),
);

const join = (bytes: SparseBytes, from: number, length: number) =>
  Buffer.concat(
    [...bytes.pieces(from, length)].map((piece) => (typeof piece === 'number' ? Buffer.alloc(piece) : piece)),
  );

test('reads what was written, as a file would, and pieces join without gaps', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 6 }), place, place, (changes, from, length) => {
      const bytes = new SparseBytes();
      const file = Buffer.alloc(2 * SIZE);
      for (const { kind, at, length: count, byte } of changes) {
        file.fill(byte, at, at + count);
        if (kind === 'write') bytes.write(at, Buffer.alloc(count, byte));
        else bytes.clear(at, count);
      }
      const expected = file.subarray(from, from + length);
      expect(join(bytes, from, length).equals(expected)).toBe(true);
      const copy = bytes.copy();
      bytes.write(from, Buffer.from('changed'));
      expect(join(copy, from, length).equals(expected)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('zeros take no memory', () => {
  const bytes = new SparseBytes();
  bytes.write(10_000_000_000, Buffer.alloc(10_000_000));
  expect(bytes.allocatedBytes).toBe(0);
  bytes.write(5_000_000_000, Buffer.from('x'));
  expect(bytes.allocatedBytes).toBe(64 * 1024);
  expect(
    [...bytes.pieces(0, 20_000_000_000)].map((piece) => (typeof piece === 'number' ? piece : piece.length)),
  ).toEqual([4_999_938_048, 65_536, 14_999_996_416]);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rop3Row, ropRow, ropTable } from './rop.ts';

/** The definition: bit by bit. */
function naive(table: number, operands: number[]): number {
  let result = 0;
  for (let bit = 0; bit < 32; bit++) {
    const index = operands.reduce((sum, operand) => (sum << 1) | ((operand >>> bit) & 1), 0);
    result |= ((table >> index) & 1) << bit;
  }
  return result;
}

describe('raster operations', () => {
  it('apply all 16 binary tables', () => {
    fc.assert(
      fc.property(fc.nat(15), fc.integer(), fc.integer(), (table, source, dest) => {
        const row = Int32Array.of(dest);
        ropRow(table, row, 0, Int32Array.of(source), 0, 1, -1, 0);
        expect(row[0]).toBe(naive(table, [source, dest]));
      }),
    );
  });

  it('apply all 256 ternary tables', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.integer(), fc.integer(), fc.integer(), (table, pattern, source, dest) => {
        const row = Int32Array.of(dest);
        rop3Row(table, row, 0, Int32Array.of(source), 0, Int32Array.of(pattern), 0, 1, 0);
        expect(row[0]).toBe(naive(table, [pattern, source, dest]));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['put', 8, 0b1100],
    ['put inverted', 8 | 1, 0b0011],
    ['put, result inverted', 8 | 1024, 0b0011],
    ['or', 16, 0b1110],
    ['and with inverted destination', 32 | 4, 0b0100],
    ['nand', 32 | 1024, 0b0111],
    ['xor', 64, 0b0110],
    ['blackness', 128, 0],
    ['whiteness', 256, 0b1111],
    ['inversion', 512, 0b0101],
  ] as const)('understand %s', (_name, descriptor, table) => {
    expect(ropTable(descriptor, 'src', 'dest')).toBe(table);
  });
});

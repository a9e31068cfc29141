import { describe, expect, it } from 'vitest';
import { decodeCursor } from './cursor-shapes.ts';

const BLACK = 0xff000000 | 0;
const WHITE = -1;
const RED = 0xff0000ff | 0;
const hex = (pixels: Int32Array): string[] => Array.from(pixels, (pixel) => (pixel >>> 0).toString(16));

describe('cursor pictures', () => {
  it('undo premultiplied alpha', () => {
    const { pixels } = decodeCursor(0, 2, 1, 0, 0, Uint8Array.of(0, 0, 128, 128, 9, 9, 9, 0));
    expect(hex(pixels)).toEqual(['800000ff', '0']);
  });

  it('read two one-bit masks: black, white, clear and inverted', () => {
    const { pixels } = decodeCursor(1, 4, 1, 0, 0, Uint8Array.of(0b00110000, 0b01010000));
    expect([...pixels]).toEqual([BLACK, WHITE, 0, BLACK]);
  });

  it.each([
    ['4 bits', 2, [0x12, ...palette(16)]],
    ['8 bits', 3, [1, 2, ...palette(256)]],
    ['16 bits', 4, [0x00, 0x7c, 0x00, 0x00]],
    ['24 bits', 5, [0, 0, 255, 0, 0, 0]],
    ['32 bits', 6, [0, 0, 255, 0, 0, 0, 0, 0]],
  ] as const)('read colours of %s with a mask', (_name, type, data) => {
    const { pixels } = decodeCursor(type, 2, 1, 0, 0, Uint8Array.of(...data, 0b01000000));
    expect([...pixels]).toEqual([RED, 0]);
  });

  it('keep the hot spot inside, and end with a clear error when cut short', () => {
    expect(decodeCursor(0, 1, 1, 9, 9, new Uint8Array(4))).toMatchObject({ hotX: 1, hotY: 1 });
    for (let type = 0; type <= 6; type++) {
      expect(() => decodeCursor(type, 32, 32, 0, 0, new Uint8Array(100))).toThrow(
        expect.objectContaining({ code: 'truncated' }),
      );
    }
  });
});

/** Entry 1 is red, all others black. */
function palette(size: number): number[] {
  return Array.from({ length: size }, (_, i) => (i === 1 ? [0, 0, 255, 0] : [0, 0, 0, 0])).flat();
}

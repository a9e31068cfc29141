import { SpiceError } from '../wire/error.ts';
import { LZ_TYPE } from './lz-header.ts';
import { type Palette, pixelOf555 } from './palette.ts';

const OPAQUE = 0xff000000 | 0;

/** Writes `count` compressed units read at `at` as pixels from `to` on; returns the input position behind them. */
export type Literals = (input: Uint8Array, at: number, count: number, out: Int32Array, to: number) => number;

/** Pixels come as B, G, R bytes. */
export const rgbLiterals: Literals = (input, at, count, out, to) => {
  for (let i = 0; i < count; i++, at += 3) {
    out[to + i] = OPAQUE | (input[at]! << 16) | (input[at + 1]! << 8) | input[at + 2]!;
  }
  return at;
};

/** x1r5g5b5, high byte first. */
export const rgb16Literals: Literals = (input, at, count, out, to) => {
  for (let i = 0; i < count; i++, at += 2) out[to + i] = pixelOf555((input[at]! << 8) | input[at + 1]!);
  return at;
};

/** Alpha only, into pixels of colour 0. */
export const a8Literals: Literals = (input, at, count, out, to) => {
  for (let i = 0; i < count; i++) out[to + i] = input[at + i]! << 24;
  return at + count;
};

/** Indices into a palette, expanded at once: 1, 2 or 8 pixels a byte. Missing entries are black. */
export function indexLiterals(type: number, palette: Palette | undefined): Literals {
  if (!palette) throw new SpiceError('malformed', 'an indexed image without its palette');
  const color = (index: number): number => palette[index] ?? OPAQUE;
  if (type === LZ_TYPE.PLT8) {
    return (input, at, count, out, to) => {
      for (let i = 0; i < count; i++) out[to + i] = color(input[at + i]!);
      return at + count;
    };
  }
  const bits = type <= LZ_TYPE.PLT1_BE ? 1 : 4;
  const lowFirst = type === LZ_TYPE.PLT1_LE || type === LZ_TYPE.PLT4_LE;
  const indexMask = (1 << bits) - 1;
  return (input, at, count, out, to) => {
    for (let i = 0; i < count; i++) {
      const byte = input[at + i]!;
      for (let bit = 0; bit < 8; bit += bits) {
        out[to++] = color((byte >> (lowFirst ? bit : 8 - bits - bit)) & indexMask);
      }
    }
    return at + count;
  };
}

import type { Units } from './lz.ts';

const red = (pixel: number): number => pixel & 255;
const green = (pixel: number): number => (pixel >> 8) & 255;
const blue = (pixel: number): number => (pixel >> 16) & 255;
const alpha = (pixel: number): number => pixel >>> 24;

/** A pixel as 16-bit formats carry it: five bits a sample, red on top. */
export const to555 = (pixel: number): number =>
  ((red(pixel) >> 3) << 10) | ((green(pixel) >> 3) << 5) | (blue(pixel) >> 3);

/** Pixels without their alpha, three bytes each. */
export const colorUnits = (pixels: Int32Array): Units => ({
  keys: pixels.map((pixel) => pixel & 0xffffff),
  literal: (at, to) => void to.u8(blue(pixels[at]!)).u8(green(pixels[at]!)).u8(red(pixels[at]!)),
  bias: 0,
});

export const narrowUnits = (pixels: Int32Array): Units => ({
  keys: pixels.map(to555),
  literal: (at, to) => void to.u8(to555(pixels[at]!) >> 8).u8(to555(pixels[at]!)),
  bias: 1,
});

export const alphaUnits = (pixels: Int32Array): Units => byteUnits(Uint8Array.from(pixels, alpha));

/** Alpha values, or rows of indices. */
export const byteUnits = (bytes: Uint8Array): Units => ({
  keys: Int32Array.from(bytes),
  literal: (at, to) => void to.u8(bytes[at]!),
  bias: 2,
});

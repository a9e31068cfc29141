import type { PixelMap } from './pixel-map.ts';

/** Hands out source pixels for a span of the destination. */
export interface RowSource {
  /** The array that the index of `row` points into. */
  readonly pixels: Int32Array;
  readonly alpha: boolean;
  readonly highBits: boolean;
  /** Index of the pixel that belongs to destination (x, y); `count` pixels follow it. */
  row(x: number, y: number, count: number): number;
}

export function solidSource(pixel: number, width: number): RowSource {
  const pixels = new Int32Array(width).fill(pixel);
  return { pixels, alpha: true, highBits: true, row: () => 0 };
}

/** `map` with its top left pixel at destination (left, top). The span must lie inside. */
export function mapSource(map: PixelMap, left: number, top: number): RowSource {
  const origin = map.offset - top * map.stride - left;
  return {
    pixels: map.pixels,
    alpha: map.alpha,
    highBits: map.highBits,
    row: (x, y) => origin + y * map.stride + x,
  };
}

/** `map` repeated over the plane, with a top left pixel at destination (left, top). */
export function tileSource(map: PixelMap, left: number, top: number, width: number): RowSource {
  const pixels = new Int32Array(width);
  return {
    pixels,
    alpha: map.alpha,
    highBits: map.highBits,
    row: (x, y, count) => {
      const from = map.offset + modulo(y - top, map.height) * map.stride;
      for (let i = 0, tx = modulo(x - left, map.width); i < count; i++) {
        pixels[i] = map.pixels[from + tx]!;
        if (++tx === map.width) tx = 0;
      }
      return 0;
    },
  };
}

function modulo(value: number, by: number): number {
  const rest = value % by;
  return rest < 0 ? rest + by : rest;
}

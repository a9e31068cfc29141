import type { PixelMap } from './pixel-map.ts';
import type { Rect } from './rect.ts';

/** SPICE_IMAGE_SCALE_MODE_* */
export const SCALE_MODE = { INTERPOLATE: 0, NEAREST: 1 } as const;

/** Where the part of a picture begins that is stretched: where it is told, or (ROP3) at a whole pixel of the result. */
export type ScaleOrigin = 'exact' | 'whole pixel';

/** What of a picture is stretched, to which size, and how. */
export interface Stretch {
  area: Rect;
  width: number;
  height: number;
  mode: number;
  origin: ScaleOrigin;
}

/** The part `shown` of a picture that is stretched; positions are 16.16 fixed point, at pixel centres. */
export function scale(map: PixelMap, { area, width, height, mode, origin }: Stretch, shown: Rect): PixelMap {
  const stepX = Math.floor(((area.right - area.left) * 65536) / width);
  const stepY = Math.floor(((area.bottom - area.top) * 65536) / height);
  const start = (from: number, step: number): number =>
    origin === 'exact' ? from * 65536 : Math.round((from * 65536) / step) * step;
  const left = start(area.left, stepX);
  const top = start(area.top, stepY);
  const columns = shown.right - shown.left;
  const rows = shown.bottom - shown.top;
  const pixels = new Int32Array(columns * rows);
  const nearest = mode === SCALE_MODE.NEAREST;
  for (let y = 0; y < rows; y++) {
    // Half a step to the centre, rounded; nearest leaves out the last 1/65536, so that borders round down.
    const fy = top + Math.round((shown.top + y + 0.5) * stepY);
    for (let x = 0; x < columns; x++) {
      const fx = left + Math.round((shown.left + x + 0.5) * stepX);
      pixels[y * columns + x] = nearest
        ? sample(map, Math.floor((fx - 1) / 65536), Math.floor((fy - 1) / 65536))
        : bilinear(map, fx - 32768, fy - 32768);
    }
  }
  return { pixels, width: columns, height: rows, offset: 0, stride: columns, alpha: map.alpha, highBits: map.highBits };
}

/** The pixel at (x, y), or transparent black outside. */
export function sample(map: PixelMap, x: number, y: number): number {
  if (x < 0 || y < 0 || x >= map.width || y >= map.height) return 0;
  return map.pixels[map.offset + y * map.stride + x]!;
}

/** Weighted mean of the four pixels around a 16.16 position, with weights of seven bits. */
export function bilinear(
  map: PixelMap,
  fx: number,
  fy: number,
  at: (map: PixelMap, x: number, y: number) => number = sample,
): number {
  const x = Math.floor(fx / 65536);
  const y = Math.floor(fy / 65536);
  const wx = Math.floor((fx - x * 65536) / 512);
  const wy = Math.floor((fy - y * 65536) / 512);
  const a = at(map, x, y);
  const b = wx > 0 ? at(map, x + 1, y) : a;
  const c = wy > 0 ? at(map, x, y + 1) : a;
  const d = wx > 0 && wy > 0 ? at(map, x + 1, y + 1) : wx > 0 ? b : c;
  let result = 0;
  for (let shift = 0; shift < 32; shift += 8) {
    const sum =
      ((a >>> shift) & 255) * (128 - wx) * (128 - wy) +
      ((b >>> shift) & 255) * wx * (128 - wy) +
      ((c >>> shift) & 255) * (128 - wx) * wy +
      ((d >>> shift) & 255) * wx * wy;
    result |= (sum >> 14) << shift;
  }
  return result;
}

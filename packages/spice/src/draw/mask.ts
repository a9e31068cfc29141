import { intersect, isEmpty, type Rect } from './rect.ts';

/** A one-bit stencil laid over the destination. */
export interface Mask {
  /** 0 or 1 per pixel, rows top down. */
  bits: Uint8Array;
  width: number;
  height: number;
  /** Destination of its top left pixel. */
  left: number;
  top: number;
  invert: boolean;
}

/** Calls `span` for every horizontal run of destination pixels to be drawn. */
export function eachSpan(
  region: readonly Rect[],
  mask: Mask | undefined,
  span: (y: number, left: number, count: number) => void,
): void {
  for (const rect of region) {
    if (!mask) {
      const count = rect.right - rect.left;
      for (let y = rect.top; y < rect.bottom; y++) span(y, rect.left, count);
      continue;
    }
    const inside = intersect(rect, {
      left: mask.left,
      top: mask.top,
      right: mask.left + mask.width,
      bottom: mask.top + mask.height,
    });
    if (isEmpty(inside)) continue;
    const wanted = mask.invert ? 0 : 1;
    for (let y = inside.top; y < inside.bottom; y++) {
      const row = (y - mask.top) * mask.width - mask.left;
      for (let x = inside.left; x < inside.right; ) {
        if (mask.bits[row + x] !== wanted) {
          x++;
          continue;
        }
        const from = x;
        while (x < inside.right && mask.bits[row + x] === wanted) x++;
        span(y, from, x - from);
      }
    }
  }
}

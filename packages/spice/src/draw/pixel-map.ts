import type { DecodedImage } from '../codecs/decoded-image.ts';
import type { Rect } from './rect.ts';

/** A rectangle of pixels to read from; see DecodedImage for the form of a pixel. */
export interface PixelMap {
  pixels: Int32Array<ArrayBuffer>;
  width: number;
  height: number;
  /** Index of the top left pixel. */
  offset: number;
  /** From one row to the one below; negative for images stored bottom up. */
  stride: number;
  /** Whether A carries meaning. Where not, A is 255 in memory. */
  alpha: boolean;
  /** Without meaning of its own, A still counts as 255 when copied to a surface with alpha (else as 0). */
  highBits: boolean;
}

export function pixelMapOf(image: DecodedImage, highBits = false): PixelMap {
  const { pixels, start, width, height, stride, topDown, alpha } = image;
  return {
    pixels,
    width,
    height,
    offset: topDown ? start : start + (height - 1) * stride,
    stride: topDown ? stride : -stride,
    alpha,
    highBits,
  };
}

export function boundsOf(map: { width: number; height: number }): Rect {
  return { left: 0, top: 0, right: map.width, bottom: map.height };
}

/** An independent copy of a part: for sources that are drawn onto themselves. */
export function copyPart(map: PixelMap, area: Rect): PixelMap {
  const width = area.right - area.left;
  const height = area.bottom - area.top;
  const pixels = new Int32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = map.offset + (area.top + y) * map.stride + area.left;
    pixels.set(map.pixels.subarray(from, from + width), y * width);
  }
  return { pixels, width, height, offset: 0, stride: width, alpha: map.alpha, highBits: map.highBits };
}

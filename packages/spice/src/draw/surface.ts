import { MAX_IMAGE_PIXELS } from '../codecs/decoded-image.ts';
import { pixelOf555, pixelOfColor } from '../codecs/palette.ts';
import { SpiceError } from '../wire/error.ts';
import type { PixelMap } from './pixel-map.ts';
import type { Rect } from './rect.ts';

/** SPICE_SURFACE_FMT_* */
export const SURFACE_FORMAT = { '1_A': 1, '8_A': 8, '16_555': 16, '32_XRGB': 32, '16_565': 80, '32_ARGB': 96 } as const;

const ALPHA = 0xff000000 | 0;

/**
 * A drawing area of the guest: the screen (id 0) or a picture off screen. Whatever its format, pixels are kept as 32
 * bits, since repeating the top bits of a narrow sample commutes with every raster operation; `settle` restores the
 * format's precision after drawing.
 */
export class Surface implements PixelMap {
  readonly pixels: Int32Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly offset = 0;
  readonly format: number;
  readonly alpha: boolean;
  readonly highBits = false;
  /** OR-ed into every pixel written: keeps A at 255 where the format has no alpha. */
  readonly force: number;

  constructor(width: number, height: number, format: number) {
    if (!(Object.values(SURFACE_FORMAT) as number[]).includes(format)) {
      throw new SpiceError('malformed', `surface format ${format}`);
    }
    if (width === 0 || height === 0 || width * height > MAX_IMAGE_PIXELS) {
      throw new SpiceError('limit', `a surface of ${width} x ${height}`);
    }
    this.width = width;
    this.height = height;
    this.stride = width;
    this.format = format;
    this.alpha =
      format === SURFACE_FORMAT['32_ARGB'] || format === SURFACE_FORMAT['8_A'] || format === SURFACE_FORMAT['1_A'];
    this.force = this.alpha ? 0 : ALPHA;
    this.pixels = new Int32Array(width * height).fill(this.force);
  }

  /** A brush colour as a pixel: 0x00RRGGBB, or the format's own bits on 16-bit surfaces. */
  pixelOf(color: number): number {
    if (this.format === SURFACE_FORMAT['16_555']) return pixelOf555(color);
    if (this.format === SURFACE_FORMAT['16_565']) {
      const [r, g, b] = [(color >> 11) & 31, (color >> 5) & 63, color & 31];
      return ALPHA | (((b << 3) | (b >> 2)) << 16) | (((g << 2) | (g >> 4)) << 8) | ((r << 3) | (r >> 2));
    }
    if (!this.alpha) return pixelOfColor(color);
    return (color & ALPHA) | (pixelOfColor(color) & 0xffffff);
  }

  /** Reduces what was drawn to the format's precision; nothing to do for 32-bit formats. */
  settle(region: readonly Rect[]): void {
    const { format, pixels } = this;
    if (format === SURFACE_FORMAT['32_XRGB'] || format === SURFACE_FORMAT['32_ARGB']) return;
    for (const { left, top, right, bottom } of region) {
      for (let y = top; y < bottom; y++) {
        for (let i = y * this.stride + left, end = y * this.stride + right; i < end; i++) {
          pixels[i] = narrow(pixels[i]!, format);
        }
      }
    }
  }
}

function narrow(pixel: number, format: number): number {
  switch (format) {
    case SURFACE_FORMAT['16_555']:
      return ALPHA | (pixel & 0xf8f8f8) | ((pixel >> 5) & 0x070707);
    case SURFACE_FORMAT['16_565']:
      return ALPHA | (pixel & 0xf8fcf8) | ((pixel >> 5) & 0x070007) | ((pixel >> 6) & 0x000300);
    case SURFACE_FORMAT['8_A']:
      return pixel & ALPHA;
    default:
      return pixel < 0 ? ALPHA : 0;
  }
}

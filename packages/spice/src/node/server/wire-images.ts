import { deflateSync } from 'node:zlib';
import { IMAGE_TYPE } from '../../channels/display-messages.ts';
import { BITMAP_FORMAT } from '../../codecs/bitmap.ts';
import { LZ_TYPE } from '../../codecs/lz-header.ts';
import { QUIC_TYPE } from '../../codecs/quic-header.ts';
import { ByteWriter } from '../../wire/byte-writer.ts';
import type { WireImage } from './draw-messages.ts';
import { encodeJpeg, type JpegSampling } from './encoders/jpeg.ts';
import { encodeGlz, encodeLz, GlzWindow, glzHeader, lzHeader, type Units } from './encoders/lz.ts';
import { alphaUnits, byteUnits, colorUnits, narrowUnits, to555 } from './encoders/lz-units.ts';
import { encodeLz4 } from './encoders/lz4.ts';
import { encodeQuic } from './encoders/quic.ts';
import type { MessageWriter } from './message-writer.ts';

/** Pixels as decoders give them (R, G, B, A in memory order), rows top down without padding. */
export interface Picture {
  width: number;
  height: number;
  pixels: Int32Array;
}

/** A picture of at most 256 colours. */
export interface IndexedPicture {
  width: number;
  height: number;
  indices: Uint8Array;
  /** 0x00RRGGBB */
  palette: readonly number[];
  /** Number of the palette in the client's cache, and whether the client shall keep it or has it. */
  paletteId?: bigint;
  paletteCache?: 'keep' | 'has';
}

let nextId = 1n;

const image = (
  type: number,
  { width, height }: { width: number; height: number },
  data: (writer: MessageWriter) => void,
): WireImage => ({ id: nextId++, type, flags: 0, width, height, data });

const sized = (type: number, size: { width: number; height: number }, bytes: Uint8Array): WireImage =>
  image(type, size, (to) => void to.u32(bytes.length).put(bytes));

/** Rows in the order of the stream. */
function ordered<T extends Int32Array | Uint8Array>(items: T, width: number, topDown: boolean): T {
  if (topDown) return items;
  const flipped = items.slice() as T;
  for (let from = 0, to = items.length - width; to >= 0; from += width, to -= width) {
    flipped.set(items.subarray(from, from + width), to);
  }
  return flipped;
}

const red = (pixel: number): number => pixel & 255;
const green = (pixel: number): number => (pixel >> 8) & 255;
const blue = (pixel: number): number => (pixel >> 16) & 255;
const alpha = (pixel: number): number => pixel >>> 24;

type DirectFormat = '16BIT' | '24BIT' | '32BIT' | 'RGBA' | '8BIT_A';
const BYTES: Record<DirectFormat, number> = { '16BIT': 2, '24BIT': 3, '32BIT': 4, RGBA: 4, '8BIT_A': 1 };

function rowsOf({ width, height, pixels }: Picture, format: DirectFormat, padding: number): Uint8Array {
  const out = new ByteWriter(width * height * 4);
  const spare = new Uint8Array(padding).fill(0x5a);
  pixels.forEach((pixel, i) => {
    if (format === '16BIT') out.u16(to555(pixel));
    else if (format === '8BIT_A') out.u8(alpha(pixel));
    else {
      out.u8(blue(pixel)).u8(green(pixel)).u8(red(pixel));
      if (BYTES[format] === 4) out.u8(format === 'RGBA' ? alpha(pixel) : 0x33);
    }
    if ((i + 1) % width === 0) out.put(spare);
  });
  return out.finish();
}

/** @param padding bytes behind each row, beyond what the format needs */
export function bitmapImage(picture: Picture, format: DirectFormat, topDown: boolean, padding = 0): WireImage {
  const { width, height } = picture;
  const natural = width * BYTES[format];
  const aligned = ((natural + 3) & ~3) - natural + padding;
  const rows = rowsOf({ width, height, pixels: ordered(picture.pixels, width, topDown) }, format, aligned);
  return image(IMAGE_TYPE.BITMAP, picture, (to) => {
    to.u8(BITMAP_FORMAT[format])
      .u8(topDown ? 4 : 0)
      .u32(width)
      .u32(height)
      .u32(natural + aligned)
      .u32(0)
      .put(rows);
  });
}

type IndexFormat = '1BIT_LE' | '1BIT_BE' | '4BIT_LE' | '4BIT_BE' | '8BIT';

/** Indices as rows of bytes; LE has the first pixel in the low bits. */
function packed(
  indices: Uint8Array,
  width: number,
  format: IndexFormat,
  padding: number,
): { rows: Uint8Array; stride: number } {
  const bits = format === '8BIT' ? 8 : format.startsWith('4') ? 4 : 1;
  const perByte = 8 / bits;
  const stride = Math.ceil((width * bits) / 8) + padding;
  const rows = new Uint8Array(stride * (indices.length / width));
  indices.forEach((index, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const place = x % perByte;
    const shift = (format.endsWith('LE') ? place : perByte - 1 - place) * bits;
    rows[y * stride + Math.floor(x / perByte)]! |= index << shift;
  });
  return { rows, stride };
}

function palettePart(to: MessageWriter, { palette, paletteId = 0n, paletteCache }: IndexedPicture): void {
  if (paletteCache === 'has') {
    to.u64(paletteId);
    return;
  }
  to.pointer((at) => {
    at.u64(paletteId).u16(palette.length);
    for (const color of palette) at.u32(color);
  });
}

const paletteFlags = ({ paletteCache }: IndexedPicture): number =>
  paletteCache === 'keep' ? 1 : paletteCache === 'has' ? 2 : 0;

export function indexedBitmap(picture: IndexedPicture, format: IndexFormat, topDown: boolean, padding = 0): WireImage {
  const { width, height } = picture;
  const natural = packed(picture.indices, width, format, 0).stride;
  const aligned = ((natural + 3) & ~3) - natural + padding;
  const { rows, stride } = packed(ordered(picture.indices, width, topDown), width, format, aligned);
  return image(IMAGE_TYPE.BITMAP, picture, (to) => {
    to.u8(BITMAP_FORMAT[format])
      .u8((topDown ? 4 : 0) | paletteFlags(picture))
      .u32(width)
      .u32(height)
      .u32(stride);
    palettePart(to, picture);
    to.put(rows);
  });
}

/** A stencil: 0 and 1 per pixel. */
export function maskImage(
  bits: Uint8Array,
  width: number,
  height: number,
  bigEndian: boolean,
  topDown: boolean,
): WireImage {
  const format = bigEndian ? '1BIT_BE' : '1BIT_LE';
  return indexedBitmap({ width, height, indices: bits, palette: [0, 0xffffff] }, format, topDown);
}

export const quicImage = (picture: Picture, type: number): WireImage => {
  const five = (pixel: number): number => (red(pixel) >> 3) | ((green(pixel) >> 3) << 8) | ((blue(pixel) >> 3) << 16);
  const pixels = type === QUIC_TYPE.RGB16 ? picture.pixels.map(five) : picture.pixels;
  return sized(IMAGE_TYPE.QUIC, picture, encodeQuic(type, picture.width, picture.height, pixels));
};
type LzFormat = 'RGB16' | 'RGB24' | 'RGB32' | 'RGBA' | 'A8';
/** Of one pixel, as the stride in the header counts it. */
const LZ_BYTES = { RGB16: 2, RGB24: 3, RGB32: 4, RGBA: 4, A8: 1 } as const;

const unitsOf = (pixels: Int32Array, format: LzFormat): Units =>
  format === 'A8' ? alphaUnits(pixels) : format === 'RGB16' ? narrowUnits(pixels) : colorUnits(pixels);

export function lzImage(picture: Picture, format: LzFormat, topDown: boolean): WireImage {
  const { width, height } = picture;
  const pixels = ordered(picture.pixels, width, topDown);
  const to = lzHeader(LZ_TYPE[format], width, height, width * LZ_BYTES[format], topDown);
  encodeLz(unitsOf(pixels, format), to);
  if (format === 'RGBA') encodeLz(alphaUnits(pixels), to);
  return sized(IMAGE_TYPE.LZ_RGB, picture, to.finish());
}

export function lzPaletteImage(picture: IndexedPicture, format: IndexFormat, topDown: boolean): WireImage {
  const { width, height } = picture;
  const { rows, stride } = packed(ordered(picture.indices, width, topDown), width, format, 0);
  const type = { '1BIT_LE': 1, '1BIT_BE': 2, '4BIT_LE': 3, '4BIT_BE': 4, '8BIT': 5 }[format];
  const to = lzHeader(type, width, height, stride, topDown);
  encodeLz(byteUnits(rows), to);
  const bytes = to.finish();
  return image(IMAGE_TYPE.LZ_PLT, picture, (out) => {
    out.u8(paletteFlags(picture)).u32(bytes.length);
    palettePart(out, picture);
    out.put(bytes);
  });
}

function glzBytes(picture: Picture, format: LzFormat, topDown: boolean, window: GlzWindow): Uint8Array {
  const { width, height } = picture;
  const pixels = ordered(picture.pixels, width, topDown);
  const number = window.begin();
  const to = glzHeader(LZ_TYPE[format], width, height, topDown, number);
  encodeGlz(unitsOf(pixels, format), number.id, window, to);
  // The alpha values refer to their own image only.
  if (format === 'RGBA') encodeGlz(alphaUnits(pixels), number.id, new GlzWindow(1), to);
  return to.finish();
}

/** Images of one window refer to each other, so they must all share their format. */
export const glzImage = (picture: Picture, format: LzFormat, topDown: boolean, window: GlzWindow): WireImage =>
  sized(IMAGE_TYPE.GLZ_RGB, picture, glzBytes(picture, format, topDown, window));

export function zlibGlzImage(picture: Picture, format: LzFormat, topDown: boolean, window: GlzWindow): WireImage {
  const bytes = glzBytes(picture, format, topDown, window);
  const deflated = deflateSync(bytes);
  return image(IMAGE_TYPE.ZLIB_GLZ_RGB, picture, (to) => void to.u32(bytes.length).u32(deflated.length).put(deflated));
}

export function lz4Image(
  picture: Picture,
  format: '16BIT' | '24BIT' | '32BIT' | 'RGBA',
  topDown: boolean,
  blocks: number,
): WireImage {
  const { width, height } = picture;
  const rows = rowsOf({ width, height, pixels: ordered(picture.pixels, width, topDown) }, format, 0);
  return sized(IMAGE_TYPE.LZ4, picture, encodeLz4(rows, BITMAP_FORMAT[format], blocks, topDown));
}

export const jpegImage = (picture: Picture, step: number, sampling: JpegSampling): WireImage =>
  sized(IMAGE_TYPE.JPEG, picture, encodeJpeg(picture.width, picture.height, picture.pixels, step, sampling));

export function jpegAlphaImage(picture: Picture, step: number, sampling: JpegSampling, topDown: boolean): WireImage {
  const { width, height, pixels } = picture;
  const jpeg = encodeJpeg(width, height, pixels, step, sampling);
  const to = lzHeader(LZ_TYPE.XXXA, width, height, width * 4, topDown);
  encodeLz(alphaUnits(ordered(pixels, width, topDown)), to);
  const lz = to.finish();
  return image(IMAGE_TYPE.JPEG_ALPHA, picture, (out) => {
    out
      .u8(+topDown)
      .u32(jpeg.length)
      .u32(jpeg.length + lz.length)
      .put(jpeg)
      .put(lz);
  });
}

export const surfaceImage = (surface: number, width: number, height: number): WireImage =>
  image(IMAGE_TYPE.SURFACE, { width, height }, (to) => void to.u32(surface));

/** The same image, which the client shall keep. */
export const kept = (sent: WireImage): WireImage => ({ ...sent, flags: sent.flags | 1 });

/** The image that the client keeps. */
export const fromCache = ({ id, width, height }: WireImage, lossless = false): WireImage => ({
  id,
  type: lossless ? IMAGE_TYPE.FROM_CACHE_LOSSLESS : IMAGE_TYPE.FROM_CACHE,
  flags: 0,
  width,
  height,
  data: () => undefined,
});

import { SpiceError } from '../wire/error.ts';
import { type DecodedImage, MAX_IMAGE_PIXELS, type Room } from './decoded-image.ts';
import { type Palette, pixelOf555 } from './palette.ts';

/** Bitmap formats (SPICE_BITMAP_FMT_*). */
export const BITMAP_FORMAT = {
  '1BIT_LE': 1,
  '1BIT_BE': 2,
  '4BIT_LE': 3,
  '4BIT_BE': 4,
  '8BIT': 5,
  '16BIT': 6,
  '24BIT': 7,
  '32BIT': 8,
  RGBA: 9,
  '8BIT_A': 10,
} as const;

const BITS_PER_PIXEL = [0, 1, 1, 4, 4, 8, 16, 24, 32, 32, 8];
const OPAQUE = 0xff000000 | 0;

export interface RawBitmap {
  format: number;
  topDown: boolean;
  width: number;
  height: number;
  /** Bytes from row to row; may exceed what a row needs. */
  stride: number;
  palette: Palette | undefined;
  data: Uint8Array;
}

/** @throws SpiceError truncated | malformed | limit */
export function decodeBitmap(bitmap: RawBitmap, room: Room): DecodedImage {
  const { format, width, height, stride } = bitmap;
  const pixels = room(checkedPixels(bitmap));
  convertRows(bitmap.data, format, width, height, stride, bitmap.palette, pixels);
  const alpha = format === BITMAP_FORMAT.RGBA || format === BITMAP_FORMAT['8BIT_A'];
  return { pixels, start: 0, width, height, stride: width, topDown: bitmap.topDown, alpha };
}

/** A one-bit mask as bytes 0 and 1, rows top down. */
export function decodeMask(bitmap: RawBitmap): Uint8Array {
  const { format, width, height, stride, data } = bitmap;
  const bits = new Uint8Array(checkedPixels(bitmap));
  if (format !== BITMAP_FORMAT['1BIT_LE'] && format !== BITMAP_FORMAT['1BIT_BE']) {
    throw new SpiceError('malformed', `a mask of bitmap format ${format}`);
  }
  const flip = format === BITMAP_FORMAT['1BIT_BE'] ? 7 : 0;
  for (let y = 0; y < height; y++) {
    const from = (bitmap.topDown ? y : height - 1 - y) * stride;
    for (let x = 0; x < width; x++) bits[y * width + x] = (data[from + (x >> 3)]! >> ((x & 7) ^ flip)) & 1;
  }
  return bits;
}

function checkedPixels({ format, width, height, stride, data }: RawBitmap): number {
  const bits = BITS_PER_PIXEL[format];
  if (!bits) throw new SpiceError('malformed', `bitmap format ${format}`);
  if (width * height > MAX_IMAGE_PIXELS) throw new SpiceError('limit', `a bitmap of ${width} x ${height}`);
  const row = Math.ceil((width * bits) / 8);
  if (stride < row) throw new SpiceError('malformed', `a stride of ${stride} bytes for rows of ${row}`);
  if (height > 0 && data.length < stride * (height - 1) + row) {
    throw new SpiceError('truncated', `a bitmap of ${data.length} bytes for ${width} x ${height}`);
  }
  return width * height;
}

/** Rows of any bitmap format to pixels without padding, in the order of memory. Sizes are the caller's to check. */
export function convertRows(
  data: Uint8Array,
  format: number,
  width: number,
  height: number,
  stride: number,
  palette: Palette | undefined,
  out: Int32Array,
): void {
  const indexed = format <= BITMAP_FORMAT['8BIT'];
  if (indexed && !palette) throw new SpiceError('malformed', 'an indexed bitmap without its palette');
  for (let y = 0, to = 0; y < height; y++) {
    let at = y * stride;
    const stop = to + width;
    switch (format) {
      case BITMAP_FORMAT['32BIT']:
        for (; to < stop; to++, at += 4) out[to] = OPAQUE | (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
        break;
      case BITMAP_FORMAT.RGBA:
        for (; to < stop; to++, at += 4) {
          out[to] = (data[at + 3]! << 24) | (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
        }
        break;
      case BITMAP_FORMAT['24BIT']:
        for (; to < stop; to++, at += 3) out[to] = OPAQUE | (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
        break;
      case BITMAP_FORMAT['16BIT']:
        for (; to < stop; to++, at += 2) out[to] = pixelOf555(data[at]! | (data[at + 1]! << 8));
        break;
      case BITMAP_FORMAT['8BIT_A']:
        for (; to < stop; to++, at++) out[to] = data[at]! << 24;
        break;
      case BITMAP_FORMAT['8BIT']:
        for (; to < stop; to++, at++) out[to] = palette![data[at]!] ?? OPAQUE;
        break;
      default:
        expandIndices(data, at, format, palette!, out, to, width);
        to = stop;
    }
  }
}

/** One row of 1- or 4-bit indices; LE formats have the first pixel in the low bits. */
function expandIndices(
  data: Uint8Array,
  at: number,
  format: number,
  palette: Palette,
  out: Int32Array,
  to: number,
  width: number,
): void {
  const bits = format <= BITMAP_FORMAT['1BIT_BE'] ? 1 : 4;
  const perByte = 8 / bits;
  const flip = format === BITMAP_FORMAT['1BIT_BE'] || format === BITMAP_FORMAT['4BIT_BE'] ? perByte - 1 : 0;
  for (let x = 0; x < width; x++) {
    const shift = ((x % perByte) ^ flip) * bits;
    const index = (data[at + Math.floor(x / perByte)]! >> shift) & ((1 << bits) - 1);
    out[to + x] = palette[index] ?? OPAQUE;
  }
}

import type { Palette } from '../codecs/palette.ts';
import { pixelOfColor } from '../codecs/palette.ts';
import type { Rect } from '../draw/rect.ts';
import type { ByteReader } from '../wire/byte-reader.ts';
import { SpiceError } from '../wire/error.ts';

/**
 * The structures that draw messages are made of. Pointers are u32 offsets from the start of the body, 0 for none;
 * what they point at is read in place. Source: spice.proto of spice-common.
 */

/** SPICE_IMAGE_TYPE_* */
export const IMAGE_TYPE = {
  BITMAP: 0,
  QUIC: 1,
  LZ_PLT: 100,
  LZ_RGB: 101,
  GLZ_RGB: 102,
  FROM_CACHE: 103,
  SURFACE: 104,
  JPEG: 105,
  FROM_CACHE_LOSSLESS: 106,
  ZLIB_GLZ_RGB: 107,
  JPEG_ALPHA: 108,
  LZ4: 109,
} as const;

const IMAGE_FLAG = { CACHE_ME: 1, HIGH_BITS_SET: 2, CACHE_REPLACE_ME: 4 } as const;
const BITMAP_FLAG = { PAL_CACHE_ME: 1, PAL_FROM_CACHE: 2, TOP_DOWN: 4 } as const;

/** Where an indexed image's colours come from. */
export type PaletteSource =
  | { kind: 'none' }
  | { kind: 'cached'; id: bigint }
  | { kind: 'given'; palette: Palette; cacheAs: bigint | undefined };

export type ImageData =
  | { kind: 'bitmap'; format: number; topDown: boolean; stride: number; palette: PaletteSource; data: Uint8Array }
  | { kind: 'quic' | 'lz' | 'glz' | 'lz4' | 'jpeg'; data: Uint8Array }
  | { kind: 'lz-palette'; palette: PaletteSource; data: Uint8Array }
  | { kind: 'zlib-glz'; size: number; data: Uint8Array }
  | { kind: 'jpeg-alpha'; topDown: boolean; jpegBytes: number; data: Uint8Array }
  | { kind: 'cached'; lossless: boolean }
  | { kind: 'surface'; surface: number };

export interface ImageMessage {
  id: bigint;
  width: number;
  height: number;
  cache: boolean;
  /** Replaces a lossy image of the same id. */
  replace: boolean;
  highBits: boolean;
  data: ImageData;
}

export type BrushMessage =
  | { kind: 'none' }
  | { kind: 'solid'; color: number }
  | { kind: 'pattern'; image: ImageMessage; x: number; y: number };

export interface MaskMessage {
  invert: boolean;
  x: number;
  y: number;
  image: ImageMessage | undefined;
}

export interface DrawBase {
  surface: number;
  box: Rect;
  clip: Rect[] | undefined;
}

export function readRect(body: ByteReader): Rect {
  const top = body.i32();
  const left = body.i32();
  const bottom = body.i32();
  return { top, left, bottom, right: body.i32() };
}

/** surface_id u32, box, clip. */
export function readBase(body: ByteReader): DrawBase {
  const surface = body.u32();
  const box = readRect(body);
  return { surface, box, clip: readClip(body) };
}

/** type u8: 0 none, 1 rectangles (count u32, then the rectangles). */
export function readClip(body: ByteReader): Rect[] | undefined {
  const type = body.u8();
  if (type === 0) return undefined;
  if (type !== 1) throw new SpiceError('malformed', `clip type ${type}`, { offset: body.offset - 1 });
  const count = body.u32();
  body.need(count * 16);
  return Array.from({ length: count }, () => readRect(body));
}

/** Follows a pointer; undefined where it is null. */
export function readPointer<T>(body: ByteReader, read: (body: ByteReader) => T): T | undefined {
  const offset = body.u32();
  if (offset === 0) return undefined;
  const back = body.jump(offset);
  const value = read(body);
  body.at = back;
  return value;
}

export function readImagePointer(body: ByteReader): ImageMessage {
  const image = readPointer(body, readImage);
  if (!image) throw new SpiceError('malformed', 'an image is missing', { offset: body.offset - 4 });
  return image;
}

/** id u64, type u8, flags u8, width u32, height u32, then what the type needs. */
function readImage(body: ByteReader): ImageMessage {
  const id = body.u64();
  const type = body.u8();
  const flags = body.u8();
  const width = body.u32();
  const height = body.u32();
  return {
    id,
    width,
    height,
    cache: (flags & IMAGE_FLAG.CACHE_ME) !== 0,
    replace: (flags & IMAGE_FLAG.CACHE_REPLACE_ME) !== 0,
    highBits: (flags & IMAGE_FLAG.HIGH_BITS_SET) !== 0,
    data: readImageData(body, type),
  };
}

function readImageData(body: ByteReader, type: number): ImageData {
  switch (type) {
    case IMAGE_TYPE.BITMAP:
      return readBitmap(body);
    case IMAGE_TYPE.QUIC:
      return { kind: 'quic', data: body.take(body.u32()) };
    case IMAGE_TYPE.LZ_RGB:
      return { kind: 'lz', data: body.take(body.u32()) };
    case IMAGE_TYPE.GLZ_RGB:
      return { kind: 'glz', data: body.take(body.u32()) };
    case IMAGE_TYPE.LZ4:
      return { kind: 'lz4', data: body.take(body.u32()) };
    case IMAGE_TYPE.JPEG:
      return { kind: 'jpeg', data: body.take(body.u32()) };
    case IMAGE_TYPE.LZ_PLT: {
      const flags = body.u8();
      const size = body.u32();
      const palette = readPalette(body, flags);
      return { kind: 'lz-palette', palette, data: body.take(size) };
    }
    case IMAGE_TYPE.ZLIB_GLZ_RGB: {
      const size = body.u32();
      return { kind: 'zlib-glz', size, data: body.take(body.u32()) };
    }
    case IMAGE_TYPE.JPEG_ALPHA: {
      const topDown = (body.u8() & 1) !== 0;
      const jpegBytes = body.u32();
      const data = body.take(body.u32());
      if (jpegBytes > data.length) throw new SpiceError('malformed', 'a JPEG longer than its data');
      return { kind: 'jpeg-alpha', topDown, jpegBytes, data };
    }
    case IMAGE_TYPE.FROM_CACHE:
    case IMAGE_TYPE.FROM_CACHE_LOSSLESS:
      return { kind: 'cached', lossless: type === IMAGE_TYPE.FROM_CACHE_LOSSLESS };
    case IMAGE_TYPE.SURFACE:
      return { kind: 'surface', surface: body.u32() };
    default:
      throw new SpiceError('malformed', `image type ${type}`, { offset: body.offset });
  }
}

/** format u8, flags u8, x u32, y u32, stride u32, palette pointer or id, rows. */
function readBitmap(body: ByteReader): ImageData {
  const format = body.u8();
  const flags = body.u8();
  body.skip(4);
  const height = body.u32();
  const stride = body.u32();
  const palette = readPalette(body, flags);
  return {
    kind: 'bitmap',
    format,
    topDown: (flags & BITMAP_FLAG.TOP_DOWN) !== 0,
    stride,
    palette,
    data: body.take(stride * height),
  };
}

/** unique u64, num_ents u16, entries u32; or only the u64 of one sent before. */
function readPalette(body: ByteReader, flags: number): PaletteSource {
  if (flags & BITMAP_FLAG.PAL_FROM_CACHE) return { kind: 'cached', id: body.u64() };
  const given = readPointer(body, (at): PaletteSource => {
    const id = at.u64();
    const count = at.u16();
    at.need(count * 4);
    const palette = Int32Array.from({ length: Math.min(count, 256) }, () => pixelOfColor(at.i32()));
    return { kind: 'given', palette, cacheAs: flags & BITMAP_FLAG.PAL_CACHE_ME ? id : undefined };
  });
  return given ?? { kind: 'none' };
}

/** type u8: 0 none, 1 solid (colour u32), 2 pattern (image pointer, position). */
export function readBrush(body: ByteReader): BrushMessage {
  const type = body.u8();
  if (type === 0) return { kind: 'none' };
  if (type === 1) return { kind: 'solid', color: body.u32() };
  if (type !== 2) throw new SpiceError('malformed', `brush type ${type}`, { offset: body.offset - 1 });
  const image = readImagePointer(body);
  const x = body.i32();
  return { kind: 'pattern', image, x, y: body.i32() };
}

/** flags u8, position, image pointer. */
export function readMask(body: ByteReader): MaskMessage {
  const invert = (body.u8() & 1) !== 0;
  const x = body.i32();
  const y = body.i32();
  return { invert, x, y, image: readPointer(body, readImage) };
}

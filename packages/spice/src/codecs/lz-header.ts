import { SpiceError } from '../wire/error.ts';
import { MAX_IMAGE_PIXELS } from './decoded-image.ts';

/** Image types inside LZ and GLZ streams. */
export const LZ_TYPE = {
  PLT1_LE: 1,
  PLT1_BE: 2,
  PLT4_LE: 3,
  PLT4_BE: 4,
  PLT8: 5,
  RGB16: 6,
  RGB24: 7,
  RGB32: 8,
  RGBA: 9,
  XXXA: 10,
  A8: 11,
} as const;

export interface LzHeader {
  type: number;
  width: number;
  height: number;
  /** Pixels of one row in the stream: rows of indexed images end at a byte. */
  rowPixels: number;
  topDown: boolean;
}

export const LZ_HEADER_BYTES = 28;

/** Pixels that one compressed unit stands for: 8 and 2 for 1- and 4-bit indices. */
export function pixelsPerUnit(type: number): number {
  if (type <= LZ_TYPE.PLT1_BE) return 8;
  return type <= LZ_TYPE.PLT4_BE ? 2 : 1;
}

/** Magic "  ZL" and version 1.1, big-endian; shared by LZ and GLZ. */
export function checkLzMagic(bytes: Uint8Array): void {
  if (bigEndian(bytes, 0) !== 0x20205a4c) throw new SpiceError('malformed', 'not an LZ image', { offset: 0 });
  if (bigEndian(bytes, 4) !== 0x00010001) throw new SpiceError('malformed', 'unknown LZ version', { offset: 4 });
}

/**
 * LZ header, 28 bytes, big-endian: magic, version, type, width, height, stride in bytes, top_down.
 * @throws SpiceError truncated | malformed | limit
 */
export function readLzHeader(bytes: Uint8Array): LzHeader {
  if (bytes.length < LZ_HEADER_BYTES) {
    throw new SpiceError('truncated', 'an LZ image without its header', { offset: bytes.length });
  }
  checkLzMagic(bytes);
  const type = bigEndian(bytes, 8);
  const width = bigEndian(bytes, 12);
  const height = bigEndian(bytes, 16);
  return {
    type,
    width,
    height,
    rowPixels: rowPixels(type, width, height, bigEndian(bytes, 20)),
    topDown: bigEndian(bytes, 24) !== 0,
  };
}

/** A u32. Byte by byte: a DataView for each of a flood of tiny images costs more than their headers. */
export function bigEndian(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** Checks type and size; the stride matters only for indexed images, whose rows are padded to whole bytes. */
export function rowPixels(type: number, width: number, height: number, stride: number): number {
  if (type < LZ_TYPE.PLT1_LE || type > LZ_TYPE.A8) throw new SpiceError('malformed', `LZ type ${type}`, { offset: 8 });
  if (width === 0 || height === 0) throw new SpiceError('malformed', 'an empty LZ image', { offset: 12 });
  const pixels = type <= LZ_TYPE.PLT8 ? stride * pixelsPerUnit(type) : width;
  if (pixels < width) throw new SpiceError('malformed', `an LZ stride of ${stride} bytes for ${width}`, { offset: 20 });
  if (pixels * height > MAX_IMAGE_PIXELS) {
    throw new SpiceError('limit', `an LZ image of ${pixels} x ${height}`, { offset: 12 });
  }
  return pixels;
}

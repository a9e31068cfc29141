import { SpiceError } from '../wire/error.ts';
import { BITMAP_FORMAT } from './bitmap.ts';
import { MAX_IMAGE_PIXELS } from './decoded-image.ts';

const BYTES_PER_PIXEL: Record<number, number> = {
  [BITMAP_FORMAT['16BIT']]: 2,
  [BITMAP_FORMAT['24BIT']]: 3,
  [BITMAP_FORMAT['32BIT']]: 4,
  [BITMAP_FORMAT.RGBA]: 4,
};

export const LZ4_HEADER_BYTES = 2;

export interface Lz4Header {
  format: number;
  /** Bytes of the rows inside, which have no padding. */
  rawBytes: number;
  topDown: boolean;
  alpha: boolean;
}

/**
 * LZ4 header, 2 bytes: top_down, bitmap format. The size comes from the image descriptor.
 * @throws SpiceError truncated | limit | unsupported
 */
export function readLz4Header(bytes: Uint8Array, width: number, height: number): Lz4Header {
  if (bytes.length < LZ4_HEADER_BYTES) {
    throw new SpiceError('truncated', 'an LZ4 image without its header', { offset: 0 });
  }
  const format = bytes[1]!;
  const pixelBytes = BYTES_PER_PIXEL[format];
  if (pixelBytes === undefined) throw new SpiceError('unsupported', `LZ4 of bitmap format ${format}`, { offset: 1 });
  if (width * height > MAX_IMAGE_PIXELS) throw new SpiceError('limit', `an LZ4 image of ${width} x ${height}`);
  const rawBytes = width * height * pixelBytes;
  return { format, rawBytes, topDown: bytes[0] !== 0, alpha: format === BITMAP_FORMAT.RGBA };
}

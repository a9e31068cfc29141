import { SpiceError } from '../wire/error.ts';
import { MAX_IMAGE_PIXELS } from './decoded-image.ts';

export const QUIC_TYPE = { RGB16: 2, RGB24: 3, RGB32: 4, RGBA: 5 } as const;
export const QUIC_HEADER_BYTES = 20;
const MAGIC = 0x43495551;

export interface QuicHeader {
  type: number;
  width: number;
  height: number;
}

/**
 * QUIC header, 20 bytes, little-endian: "QUIC", version(0), type, width, height.
 * @throws SpiceError truncated | malformed | limit | unsupported
 */
export function readQuicHeader(bytes: Uint8Array): QuicHeader {
  if (bytes.length < QUIC_HEADER_BYTES) {
    throw new SpiceError('truncated', 'a QUIC image without its header', { offset: 0 });
  }
  if (u32(bytes, 0) !== MAGIC) throw new SpiceError('malformed', 'not a QUIC image', { offset: 0 });
  if (u32(bytes, 4) !== 0) throw new SpiceError('malformed', 'unknown QUIC version', { offset: 4 });
  const type = u32(bytes, 8);
  const width = u32(bytes, 12);
  const height = u32(bytes, 16);
  if (type < QUIC_TYPE.RGB16 || type > QUIC_TYPE.RGBA) {
    throw new SpiceError('unsupported', `QUIC type ${type}`, { offset: 8 });
  }
  if (width === 0 || height === 0) throw new SpiceError('malformed', 'an empty QUIC image', { offset: 12 });
  if (width * height > MAX_IMAGE_PIXELS) {
    throw new SpiceError('limit', `a QUIC image of ${width} x ${height}`, { offset: 12 });
  }
  return { type, width, height };
}

/** Byte by byte: a DataView for each of a flood of tiny images costs more than their headers. */
function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

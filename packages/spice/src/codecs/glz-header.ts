import { SpiceError } from '../wire/error.ts';
import type { DecodedImage } from './decoded-image.ts';
import { bigEndian, checkLzMagic, LZ_TYPE, rowPixels } from './lz-header.ts';

/** A decode either succeeds or says which image has to arrive first. */
export type GlzResult = { image: DecodedImage } | { missing: number };

/** The images of a session that later ones refer to, and the decoder that reads and adds them. */
export interface GlzImages {
  /** @throws SpiceError truncated | malformed | limit | unsupported */
  decode(bytes: Uint8Array): GlzResult;
  has(id: number): boolean;
}

export const GLZ_HEADER_BYTES = 33;
/** Ids that are kept reach less than this from the oldest one on; real windows hold a tenth of that. */
export const MAX_GLZ_IDS = 1 << 20;

export interface GlzHeader {
  type: number;
  width: number;
  height: number;
  stride: number;
  id: number;
  idLow: number;
  idHigh: number;
  /** How far back images after this one may refer. */
  distance: number;
  topDown: boolean;
}

/**
 * GLZ header, 33 bytes, big-endian: magic, version, type | top_down << 4 (u8), width, height, stride, image id (u64),
 * distance to the oldest image still needed.
 * @throws SpiceError truncated | malformed | limit | unsupported
 */
export function readGlzHeader(bytes: Uint8Array): GlzHeader {
  if (bytes.length < GLZ_HEADER_BYTES) {
    throw new SpiceError('truncated', 'a GLZ image without its header', { offset: 0 });
  }
  checkLzMagic(bytes);
  const flags = bytes[8]!;
  const type = flags & 15;
  const width = bigEndian(bytes, 9);
  const height = bigEndian(bytes, 13);
  const stride = rowPixels(type, width, height, bigEndian(bytes, 17));
  const idHigh = bigEndian(bytes, 21);
  const idLow = bigEndian(bytes, 25);
  const id = idHigh * 0x100000000 + idLow;
  const distance = bigEndian(bytes, 29);
  if (!Number.isSafeInteger(id) || distance > id) throw new SpiceError('malformed', `GLZ image ${id}`, { offset: 21 });
  if (type < LZ_TYPE.RGB16 || type > LZ_TYPE.RGBA) {
    throw new SpiceError('unsupported', `GLZ type ${type}`, { offset: 8 });
  }
  return { type, width, height, stride, id, idLow, idHigh, distance, topDown: flags >> 4 !== 0 };
}

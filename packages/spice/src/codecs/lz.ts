import { type DecodedImage, lentRoom } from './decoded-image.ts';
import { decodeLzReference } from './lz.ref.ts';
import { readLzHeader } from './lz-header.ts';
import type { Palette } from './palette.ts';
import { wasmLz } from './wasm-images.ts';

/**
 * LZ (see lz.ref.ts). The pixels are lent: they stay until the next image is decoded.
 * @throws SpiceError truncated | malformed | limit
 */
export function decodeLz(bytes: Uint8Array, palette?: Palette): DecodedImage {
  const header = readLzHeader(bytes);
  return wasmLz(bytes, header) ?? decodeLzReference(bytes, header, palette, lentRoom);
}

import { type DecodedImage, lentRoom } from './decoded-image.ts';
import { decodeLz4Reference } from './lz4.ref.ts';
import { readLz4Header } from './lz4-header.ts';
import { wasmLz4 } from './wasm-images.ts';

/**
 * LZ4 (see lz4.ref.ts). The pixels are lent: they stay until the next image is decoded.
 * @throws SpiceError truncated | malformed | limit | unsupported
 */
export function decodeLz4(bytes: Uint8Array, width: number, height: number): DecodedImage {
  const header = readLz4Header(bytes, width, height);
  return wasmLz4(bytes, header, width, height) ?? decodeLz4Reference(bytes, header, width, height, lentRoom);
}

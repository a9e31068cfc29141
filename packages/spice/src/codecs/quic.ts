import { type DecodedImage, lentRoom } from './decoded-image.ts';
import { QuicReference } from './quic.ref.ts';
import { readQuicHeader } from './quic-header.ts';
import { wasmQuic } from './wasm-images.ts';

let reference: QuicReference | undefined;

/**
 * QUIC (see quic.ref.ts). The pixels are lent: they stay until the next image is decoded.
 * @throws SpiceError truncated | malformed | limit | unsupported
 */
export function decodeQuic(bytes: Uint8Array): DecodedImage {
  const header = readQuicHeader(bytes);
  const image = wasmQuic(bytes, header);
  if (image) return image;
  reference ??= new QuicReference();
  return reference.decode(bytes, header, lentRoom);
}

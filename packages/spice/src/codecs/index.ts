/** The image codecs on their own: bytes in, pixels out. */
export { decodeBitmap, type RawBitmap } from './bitmap.ts';
export { type DecodedImage, MAX_IMAGE_PIXELS, ownPixels, type Room } from './decoded-image.ts';
export { GlzDictionary } from './glz-dictionary.ts';
export type { GlzResult } from './glz-header.ts';
export { inflate } from './inflate.ts';
export { decodeJpeg } from './jpeg.ts';
export { decodeLz } from './lz.ts';
export { decodeLz4 } from './lz4.ts';
export { decodeQuic } from './quic.ts';

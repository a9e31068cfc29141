import type { DecodedImage } from './decoded-image.ts';

/**
 * Decodes one JPEG (or MJPEG frame) to pixels of its own array, top down, rows without padding. Injected, because
 * browsers have a fast decoder of their own; `decodeJpeg` serves everywhere.
 * @throws SpiceError truncated | malformed | limit | unsupported (or rejects with it)
 */
export type JpegDecoder = (bytes: Uint8Array) => DecodedImage | Promise<DecodedImage>;

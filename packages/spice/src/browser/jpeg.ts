import type { DecodedImage } from '../codecs/decoded-image.ts';
import { decodeJpeg } from '../codecs/jpeg.ts';
import { SpiceError } from '../wire/error.ts';

/** Below this, waiting for the browser takes longer than decoding here. */
const SMALL_BYTES = 8 * 1024;

/** Large images by the browser's own JPEG decoder, off the main thread; small ones, or where it is missing, by ours. */
export function decodeJpegInBrowser(bytes: Uint8Array): DecodedImage | Promise<DecodedImage> {
  if (bytes.length < SMALL_BYTES || typeof OffscreenCanvas === 'undefined') return decodeJpeg(bytes);
  return decodeNatively(bytes);
}

async function decodeNatively(bytes: Uint8Array): Promise<DecodedImage> {
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/jpeg' });
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none' }).catch((cause: unknown) => {
    throw new SpiceError('malformed', 'the browser cannot decode a JPEG', { cause });
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) return decodeJpeg(bytes);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = new Int32Array(data.buffer);
  return { pixels, start: 0, width, height, stride: width, topDown: true, alpha: false };
}

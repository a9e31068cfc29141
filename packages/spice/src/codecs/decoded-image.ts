/**
 * Pixels as a codec leaves them: 32 bits each, R, G, B, A in memory order (0xAABBGGRR as a little-endian word), which
 * is what a canvas takes. Signed, because engines keep such values out of floating point. Where the format has no alpha, A is 255.
 */
export interface DecodedImage {
  pixels: Int32Array<ArrayBuffer>;
  /** Index of the first pixel: the array may be a whole memory that many images share. */
  start: number;
  width: number;
  height: number;
  /** Pixels from one row to the next. */
  stride: number;
  /** False when the first row in memory is the bottom one. */
  topDown: boolean;
  /** Whether A carries meaning. */
  alpha: boolean;
}

/** Gives a codec the array to decode into: at least that many pixels, contents arbitrary. */
export type Room = (pixels: number) => Int32Array<ArrayBuffer>;

/** Largest image that is decoded at all, in pixels (8K by 8K); a header beyond it ends the session. */
export const MAX_IMAGE_PIXELS = 64 * 1024 * 1024;

/** Memory for decoding is kept from image to image up to this size (a 4K screen and a half). */
export const KEPT_PIXELS = 12 * 1024 * 1024;

/** The pixels of an image that was lent, in an array of their own. */
export function ownPixels(image: DecodedImage): DecodedImage {
  const { pixels, start, stride, height } = image;
  return { ...image, pixels: pixels.slice(start, start + stride * height), start: 0 };
}

let shared = new Int32Array(0);

/** One buffer for all images that are used at once: valid until the next one is asked for. */
export const lentRoom: Room = (pixels) => {
  if (pixels > KEPT_PIXELS) return new Int32Array(pixels);
  if (shared.length < pixels) shared = new Int32Array(Math.max(pixels, 64 * 1024));
  return shared;
};

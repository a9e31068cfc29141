/**
 * Pixels as a codec leaves them: 32 bits each, R, G, B, A in memory order (0xAABBGGRR as a little-endian word), which
 * is what a canvas takes. Signed, because engines keep such values out of floating point. Where the format has no alpha, A is 255.
 */
export interface DecodedImage {
  pixels: Int32Array<ArrayBuffer>;
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

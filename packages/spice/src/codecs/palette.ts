/** Colours of indexed images, as pixels (see DecodedImage); at most 256. */
export type Palette = Int32Array;

/** 0x00RRGGBB, as messages carry colours, to an opaque pixel. */
export function pixelOfColor(color: number): number {
  return 0xff000000 | ((color & 0xff) << 16) | (color & 0xff00) | ((color >>> 16) & 0xff);
}

/** x1r5g5b5 to an opaque pixel; the low bits repeat the high ones. */
export function pixelOf555(value: number): number {
  const r = (value >> 10) & 31;
  const g = (value >> 5) & 31;
  const b = value & 31;
  return 0xff000000 | (((b << 3) | (b >> 2)) << 16) | (((g << 3) | (g >> 2)) << 8) | ((r << 3) | (r >> 2));
}

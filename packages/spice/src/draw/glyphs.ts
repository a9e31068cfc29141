import type { Rect } from './rect.ts';

/** One character as pixels; its box starts at render_pos + glyph_origin. */
export interface Glyph {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Rows of `bits`-wide samples, each row padded to a byte, first sample in the high bits. */
  data: Uint8Array;
}

/**
 * Rows of glyphs go bottom up. The protocol has a flag for the other way (SPICE_STRING_FLAGS_RASTER_TOP_DOWN), which neither
 * libspice-server nor spice-gtk looks at.
 */
export interface GlyphString {
  bits: 1 | 4 | 8;
  glyphs: readonly Glyph[];
}

/** Largest coverage mask of a string, in pixels. */
export const MAX_TEXT_PIXELS = 16 * 1024 * 1024;

export function glyphBounds(glyphs: readonly Glyph[]): Rect {
  return {
    left: Math.min(...glyphs.map(({ x }) => x)),
    top: Math.min(...glyphs.map(({ y }) => y)),
    right: Math.max(...glyphs.map(({ x, width }) => x + width)),
    bottom: Math.max(...glyphs.map(({ y, height }) => y + height)),
  };
}

/** Coverage 0..255 of each pixel of `bounds`; where glyphs overlap, the greater wins. */
export function coverageOf(text: GlyphString, bounds: Rect): Uint8Array {
  const stride = bounds.right - bounds.left;
  const coverage = new Uint8Array(stride * (bounds.bottom - bounds.top));
  const { bits } = text;
  for (const glyph of text.glyphs) {
    const rowBytes = (glyph.width * bits + 7) >> 3;
    for (let y = 0; y < glyph.height; y++) {
      const from = (glyph.height - 1 - y) * rowBytes;
      const to = (glyph.y + y - bounds.top) * stride + glyph.x - bounds.left;
      for (let x = 0; x < glyph.width; x++) {
        const value = sampleOf(glyph.data, from, x, bits);
        if (value > coverage[to + x]!) coverage[to + x] = value;
      }
    }
  }
  return coverage;
}

/**
 * Samples of four bits are scaled by 16, not 17. The second one of a byte still carries the first above its eight bits, and so
 * beats whatever lies there unless the first is 0: so it is drawn by every peer.
 */
function sampleOf(data: Uint8Array, row: number, x: number, bits: 1 | 4 | 8): number {
  switch (bits) {
    case 1:
      return (data[row + (x >> 3)]! >> (7 - (x & 7))) & 1 ? 255 : 0;
    case 4:
      return x & 1 ? data[row + (x >> 1)]! << 4 : data[row + (x >> 1)]! & 0xf0;
    case 8:
      return data[row + x]!;
  }
}

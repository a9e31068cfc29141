import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mask } from './mask.ts';
import * as draw from './operations.ts';
import { boundsOf, type PixelMap } from './pixel-map.ts';
import { clipBox, type Rect } from './rect.ts';
import { ROP_COPY, ROP_INVERT } from './rop.ts';
import { SCALE_MODE } from './scale.ts';
import { SURFACE_FORMAT, Surface } from './surface.ts';

const OPAQUE = 0xff000000 | 0;
const SIDE = 12;

function numbered(): Surface {
  const surface = new Surface(SIDE, SIDE, SURFACE_FORMAT['32_XRGB']);
  surface.pixels.forEach((_, i) => {
    surface.pixels[i] = OPAQUE | i;
  });
  return surface;
}

function mapOf(width: number, height: number, pixels: number[], alpha = false): PixelMap {
  return { pixels: Int32Array.from(pixels), width, height, offset: 0, stride: width, alpha, highBits: false };
}

const rect = fc
  .tuple(fc.integer({ min: -4, max: 14 }), fc.integer({ min: -4, max: 14 }), fc.nat(10), fc.nat(10))
  .map(([left, top, width, height]): Rect => ({ left, top, right: left + width, bottom: top + height }));
const contains = ({ left, top, right, bottom }: Rect, x: number, y: number): boolean =>
  x >= left && x < right && y >= top && y < bottom;
const stamp = (map: PixelMap): draw.Stamp => ({ map, area: boundsOf(map), scaleMode: SCALE_MODE.NEAREST });

describe('drawing', () => {
  it('touches each pixel inside box and clip exactly once', () => {
    fc.assert(
      fc.property(rect, fc.option(fc.array(rect, { maxLength: 6 })), (box, clip) => {
        const surface = numbered();
        const region = clipBox(box, boundsOf(surface), clip ?? undefined);
        draw.fill(surface, region, undefined, { kind: 'none' }, ROP_INVERT);
        surface.pixels.forEach((pixel, i) => {
          const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
          const inside = contains(box, x, y) && (!clip || clip.some((part) => contains(part, x, y)));
          expect(pixel).toBe(inside ? OPAQUE | ~i : OPAQUE | i);
        });
      }),
    );
  });

  it('moves overlapping parts as if it had read them first', () => {
    const shift = fc.integer({ min: -5, max: 5 });
    fc.assert(
      fc.property(rect, fc.option(fc.array(rect, { maxLength: 3 })), shift, shift, (box, clip, dx, dy) => {
        const surface = numbered();
        const before = surface.pixels.slice();
        const region = clipBox(box, boundsOf(surface), clip ?? undefined);
        draw.copyBits(surface, box, region, box.left - dx, box.top - dy);
        surface.pixels.forEach((pixel, i) => {
          const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
          const moved = region.some((part) => contains(part, x, y)) && contains(boundsOf(surface), x - dx, y - dy);
          expect(pixel).toBe(moved ? before[(y - dy) * SIDE + x - dx] : before[i]);
        });
      }),
    );
  });

  it('lays patterns from their origin, through masks', () => {
    const surface = numbered();
    const mask: Mask = { bits: Uint8Array.of(1, 0, 1, 1), width: 4, height: 1, left: 2, top: 3, invert: false };
    const pattern = mapOf(2, 1, [OPAQUE | 0xaa, OPAQUE | 0xbb]);
    const brush = { kind: 'pattern', map: pattern, left: 1, top: 0 } as const;
    draw.fill(surface, [boundsOf(surface)], mask, brush, ROP_COPY);
    const row = [...surface.pixels.subarray(3 * SIDE, 3 * SIDE + 7)].map((pixel) => pixel & 0xff);
    expect(row).toEqual([36, 37, 0xbb, 39, 0xbb, 0xaa, 42]);
    draw.fill(surface, [boundsOf(surface)], { ...mask, invert: true }, { kind: 'solid', color: 0xcc }, ROP_COPY);
    expect(surface.pixels[3 * SIDE + 3]).toBe(OPAQUE | 0xcc0000);
  });

  it('draws a surface onto itself', () => {
    const surface = numbered();
    const box = { left: 1, top: 0, right: SIDE, bottom: SIDE };
    const area = { left: 0, top: 0, right: SIDE - 1, bottom: SIDE };
    draw.copy(surface, box, [box], undefined, { map: surface, area, scaleMode: 0 }, ROP_COPY);
    expect([...surface.pixels.subarray(0, 4)].map((pixel) => pixel & 0xff)).toEqual([0, 0, 1, 2]);
  });

  it('stretches to the nearest pixel or between pixels', () => {
    const surface = new Surface(4, 1, SURFACE_FORMAT['32_XRGB']);
    const map = mapOf(2, 1, [OPAQUE, OPAQUE | 0xffffff]);
    draw.putFrame(surface, boundsOf(surface), [boundsOf(surface)], map, SCALE_MODE.NEAREST);
    expect([...surface.pixels].map((pixel) => pixel & 0xff)).toEqual([0, 0, 255, 255]);
    draw.putFrame(surface, boundsOf(surface), [boundsOf(surface)], map, SCALE_MODE.INTERPOLATE);
    expect(surface.pixels[1]! & 0xff).toBe(63);
    expect(surface.pixels[2]! & 0xff).toBe(191);
  });

  it('combines brush, source and destination by all 256 ternary operations', () => {
    fc.assert(
      fc.property(fc.nat(255), (table) => {
        const surface = new Surface(8, 1, SURFACE_FORMAT['32_XRGB']);
        const bit = (mask: number) => Array.from({ length: 8 }, (_, i) => OPAQUE | (i & mask ? 0xff : 0));
        surface.pixels.set(bit(1));
        const pattern = { kind: 'pattern', map: mapOf(8, 1, bit(4)), left: 0, top: 0 } as const;
        const all = [boundsOf(surface)];
        draw.rop3(surface, boundsOf(surface), all, undefined, stamp(mapOf(8, 1, bit(2))), pattern, table);
        expect([...surface.pixels].map((pixel) => pixel & 1)).toEqual(
          Array.from({ length: 8 }, (_, i) => (table >> i) & 1),
        );
      }),
      { numRuns: 256 },
    );
  });

  it('leaves out the transparent colour', () => {
    const surface = numbered();
    const map = mapOf(2, 1, [OPAQUE | 0x030201, OPAQUE | 0x777777]);
    const box = { left: 0, top: 0, right: 2, bottom: 1 };
    draw.transparent(surface, box, [box], stamp(map), 0x010203);
    expect([...surface.pixels.subarray(0, 2)]).toEqual([OPAQUE, OPAQUE | 0x777777]);
  });

  it('blends premultiplied pixels and whole pictures', () => {
    const surface = new Surface(2, 1, SURFACE_FORMAT['32_XRGB']);
    surface.pixels.fill(OPAQUE | 0xff0000);
    const map = mapOf(2, 1, [(0x80 << 24) | 0x80, OPAQUE | 0xff], true);
    draw.alphaBlend(surface, boundsOf(surface), [boundsOf(surface)], stamp(map), 255);
    expect([...surface.pixels]).toEqual([OPAQUE | 0x7f0080, OPAQUE | 0xff]);
    draw.alphaBlend(surface, boundsOf(surface), [boundsOf(surface)], stamp(mapOf(2, 1, [OPAQUE, OPAQUE])), 128);
    expect([...surface.pixels]).toEqual([OPAQUE | 0x3f0040, OPAQUE | 0x7f]);
  });

  it('composites onto a surface with alpha, with mask and transform', () => {
    const surface = new Surface(4, 1, SURFACE_FORMAT['32_ARGB']);
    surface.pixels.fill(0);
    const picture = (map: PixelMap, repeat = 0) => ({ map, transform: undefined, filter: 3, repeat });
    const source = { picture: picture(mapOf(1, 1, [OPAQUE | 0x40]), 1), x: 0, y: 0 };
    const mask = { picture: picture(mapOf(2, 1, [OPAQUE, 0x80 << 24], true)), x: 0, y: 0 };
    const box = boundsOf(surface);
    draw.composite(surface, box, [box], 3, source, mask, false, false);
    expect([...surface.pixels]).toEqual([OPAQUE | 0x40, (0x80 << 24) | 0x20, 0, 0]);
    const doubled = { ...picture(mapOf(2, 1, [1, 2], true)), transform: [32768, 0, 0, 0, 65536, 0] as const };
    draw.composite(surface, box, [box], 1, { picture: doubled, x: 0, y: 0 }, undefined, false, false);
    expect([...surface.pixels]).toEqual([1, 1, 2, 2]);
  });

  it('writes characters over their background', () => {
    const surface = new Surface(8, 2, SURFACE_FORMAT['32_XRGB']);
    const glyph = { x: 1, y: 0, width: 3, height: 2, data: Uint8Array.of(0b01000000, 0b10100000) };
    const back = { left: 0, top: 0, right: 5, bottom: 2 };
    const ink = { kind: 'solid', color: 0xff } as const;
    const paper = { kind: 'solid', color: 0xff0000 } as const;
    draw.text(surface, [boundsOf(surface)], { bits: 1, glyphs: [glyph] }, back, ink, paper);
    const letters = [...surface.pixels].map((pixel) => ({ 16711680: 'i', 255: 'p' })[pixel & 0xffffff] ?? '.');
    expect([letters.slice(0, 8).join(''), letters.slice(8).join('')]).toEqual(['pipip...', 'ppipp...']);
  });

  it('strokes one-pixel lines without their last point, dashed and clipped', () => {
    const surface = new Surface(8, 4, SURFACE_FORMAT['32_XRGB']);
    const at = (x: number, y: number) => ({ x: x << 4, y: y << 4 });
    const path = [{ flags: 1 | 2, points: [at(0, 0), at(7, 0), at(7, 3)] }];
    const white = { kind: 'solid', color: 0xffffff } as const;
    const clip = [{ left: 1, top: 0, right: 8, bottom: 4 }];
    draw.stroke(surface, clip, path, { lengths: [2, 1], startWithGap: false }, white, ROP_COPY);
    const rows = Array.from({ length: 4 }, (_, y) =>
      [...surface.pixels.subarray(y * 8, y * 8 + 8)].map((pixel) => (pixel & 1 ? '#' : '.')).join(''),
    );
    expect(rows).toEqual(['.#.##.##', '........', '.......#', '........']);
  });

  it('keeps the precision of 16-bit surfaces', () => {
    const surface = new Surface(1, 1, SURFACE_FORMAT['16_555']);
    draw.fill(surface, [boundsOf(surface)], undefined, { kind: 'solid', color: 0x7c1f }, ROP_COPY);
    expect(surface.pixels[0]).toBe(OPAQUE | 0xff00ff);
    draw.copy(
      surface,
      boundsOf(surface),
      [boundsOf(surface)],
      undefined,
      stamp(mapOf(1, 1, [OPAQUE | 0x0f0f0f])),
      ROP_COPY,
    );
    expect(surface.pixels[0]).toBe(OPAQUE | 0x080808);
  });
});

import { SpiceError } from '../wire/error.ts';
import { combiner, type Picture } from './composite.ts';
import { coverageOf, type GlyphString, glyphBounds, MAX_TEXT_PIXELS } from './glyphs.ts';
import { eachSpan, type Mask } from './mask.ts';
import { over } from './operators.ts';
import { boundsOf, copyPart, type PixelMap } from './pixel-map.ts';
import { intersect, isEmpty, moved, type Rect, sameSize, union } from './rect.ts';
import { ROP_COPY, ROP_NOOP, rop3Row, ropRow } from './rop.ts';
import { mapSource, type RowSource, solidSource, tileSource } from './row-source.ts';
import { type ScaleOrigin, scale } from './scale.ts';
import { type Dashes, type PathSegment, strokePath } from './stroke.ts';
import type { Surface } from './surface.ts';

/**
 * The drawing operations of the display channel on a software surface. Each takes the region to draw (disjoint
 * rectangles inside the surface, see clipBox) and sources whose images are already decoded.
 */

/** What areas are painted with; colours are 0x00RRGGBB (or the bits of a 16-bit surface). */
export type Brush =
  | { kind: 'none' }
  | { kind: 'solid'; color: number }
  | { kind: 'pattern'; map: PixelMap; left: number; top: number };

/** A part of a picture that is laid over the whole box of the operation, stretched where sizes differ. */
export interface Stamp {
  map: PixelMap;
  area: Rect;
  scaleMode: number;
}

export function fill(to: Surface, region: Rect[], mask: Mask | undefined, brush: Brush, table: number): void {
  if (table === ROP_NOOP) return;
  if (brush.kind !== 'solid' || table !== ROP_COPY) {
    paint(to, region, mask, brushSource(to, brush), table);
    return;
  }
  const pixel = to.pixelOf(brush.color) | to.force;
  eachSpan(region, mask, (y, x, count) => {
    const at = y * to.stride + x;
    to.pixels.fill(pixel, at, at + count);
  });
  to.settle(region);
}

export function copy(
  to: Surface,
  box: Rect,
  region: Rect[],
  mask: Mask | undefined,
  stamp: Stamp,
  table: number,
): void {
  if (table === ROP_NOOP) return;
  const [source, inside] = stampSource(to, box, region, stamp);
  paint(to, inside, mask, source, table);
}

/** The stamp, then the brush combined with it. */
export function opaque(
  to: Surface,
  box: Rect,
  region: Rect[],
  mask: Mask | undefined,
  stamp: Stamp,
  brush: Brush,
  table: number,
): void {
  copy(to, box, region, mask, stamp, ROP_COPY);
  fill(to, region, mask, brush, table);
}

export function rop3(
  to: Surface,
  box: Rect,
  region: Rect[],
  mask: Mask | undefined,
  stamp: Stamp,
  brush: Brush,
  table: number,
): void {
  const [source, inside] = stampSource(to, box, region, stamp, 'whole pixel');
  const pattern = brushSource(to, brush);
  eachSpan(inside, mask, (y, x, count) => {
    const at = y * to.stride + x;
    const patternAt = pattern.row(x, y, count);
    rop3Row(table, to.pixels, at, source.pixels, source.row(x, y, count), pattern.pixels, patternAt, count, to.force);
  });
  to.settle(inside);
}

/** Moves a part of the surface; source and destination may overlap. */
export function copyBits(to: Surface, box: Rect, region: Rect[], fromX: number, fromY: number): void {
  const dx = box.left - fromX;
  const dy = box.top - fromY;
  const readable = { left: dx, top: dy, right: to.width + dx, bottom: to.height + dy };
  const inside = region.map((rect) => intersect(rect, readable)).filter((rect) => !isEmpty(rect));
  const [only] = inside;
  if (inside.length === 1 && only) {
    const count = only.right - only.left;
    const rows = only.bottom - only.top;
    for (let i = 0; i < rows; i++) {
      const y = dy > 0 ? only.bottom - 1 - i : only.top + i;
      const from = (y - dy) * to.stride + only.left - dx;
      to.pixels.copyWithin(y * to.stride + only.left, from, from + count);
    }
    return;
  }
  // Several parts: their order would matter, so read everything first.
  const parts = inside.map((rect) =>
    copyPart(to, { left: rect.left - dx, top: rect.top - dy, right: rect.right - dx, bottom: rect.bottom - dy }),
  );
  inside.forEach((rect, i) => {
    paint(to, [rect], undefined, mapSource(parts[i]!, rect.left, rect.top), ROP_COPY);
  });
}

/** Copies all pixels but those of the colour `key` (0x00RRGGBB). */
export function transparent(to: Surface, box: Rect, region: Rect[], stamp: Stamp, key: number): void {
  const [source, inside] = stampSource(to, box, region, stamp);
  const skipped = to.pixelOf(key) & 0xffffff;
  eachSpan(inside, undefined, (y, x, count) => {
    const from = source.row(x, y, count);
    const at = y * to.stride + x;
    for (let i = 0; i < count; i++) {
      const pixel = source.pixels[from + i]!;
      if ((pixel & 0xffffff) !== skipped) to.pixels[at + i] = pixel | to.force;
    }
  });
  to.settle(inside);
}

/** Source over destination, weighed with `alpha` (0..255). */
export function alphaBlend(to: Surface, box: Rect, region: Rect[], stamp: Stamp, alpha: number): void {
  const [source, inside] = stampSource(to, box, region, stamp);
  eachSpan(inside, undefined, (y, x, count) => {
    const from = source.row(x, y, count);
    const at = y * to.stride + x;
    for (let i = 0; i < count; i++) {
      to.pixels[at + i] = over(source.pixels[from + i]!, alpha, to.pixels[at + i]!) | to.force;
    }
  });
  to.settle(inside);
}

export interface CompositeSource {
  picture: Picture;
  x: number;
  y: number;
}

export function composite(
  to: Surface,
  box: Rect,
  region: Rect[],
  operator: number,
  source: CompositeSource,
  mask: CompositeSource | undefined,
  componentAlpha: boolean,
  destOpaque: boolean,
): void {
  const shifted = (from: CompositeSource): Picture => shift(to, from);
  const row = combiner(
    operator,
    shifted(source),
    mask && shifted(mask),
    componentAlpha,
    destOpaque || !to.alpha,
    to.force,
  );
  eachSpan(region, undefined, (y, x, count) => {
    row(to.pixels, y * to.stride + x, x - box.left, y - box.top, count);
  });
  to.settle(region);
}

export function stroke(
  to: Surface,
  region: Rect[],
  path: readonly PathSegment[],
  dashes: Dashes,
  brush: Brush,
  table: number,
): void {
  const source = brushSource(to, brush);
  strokePath(path, dashes, (x, y) => {
    const inside = region.some((r) => x >= r.left && x < r.right && y >= r.top && y < r.bottom);
    if (!inside) return;
    ropRow(table, to.pixels, y * to.stride + x, source.pixels, source.row(x, y, 1), 1, -1, to.force);
  });
  to.settle(region);
}

/** Fills `backArea` with the back brush (black where there is none), then lays the characters over it in the fore brush. */
export function text(
  to: Surface,
  region: Rect[],
  string: GlyphString,
  backArea: Rect,
  foreBrush: Brush,
  backBrush: Brush,
): void {
  const behind = region.map((rect) => intersect(rect, backArea)).filter((rect) => !isEmpty(rect));
  fill(to, behind, undefined, backBrush, ROP_COPY);
  if (string.glyphs.length === 0 || foreBrush.kind === 'none') return;
  const bounds = glyphBounds(string.glyphs);
  const stride = bounds.right - bounds.left;
  if (stride * (bounds.bottom - bounds.top) > MAX_TEXT_PIXELS) throw new SpiceError('limit', 'a text too large');
  const coverage = coverageOf(string, bounds);
  // A pattern begins at the text's bounds, not at the surface's origin: every peer draws it so.
  const ink = brushSource(
    to,
    foreBrush.kind === 'pattern'
      ? { ...foreBrush, left: foreBrush.left + bounds.left, top: foreBrush.top + bounds.top }
      : foreBrush,
  );
  const opaque = foreBrush.kind === 'solid' ? 0xff000000 : 0;
  const inside = region.map((rect) => intersect(rect, bounds)).filter((rect) => !isEmpty(rect));
  eachSpan(inside, undefined, (y, x, count) => {
    const from = ink.row(x, y, count);
    const at = y * to.stride + x;
    const covered = (y - bounds.top) * stride + x - bounds.left;
    for (let i = 0; i < count; i++) {
      const weight = coverage[covered + i]!;
      if (weight > 0) to.pixels[at + i] = over(ink.pixels[from + i]! | opaque, weight, to.pixels[at + i]!) | to.force;
    }
  });
  to.settle(inside);
}

/** Puts a whole picture into a box, nearest pixels where sizes differ: video frames. */
export function putFrame(to: Surface, box: Rect, region: Rect[], map: PixelMap, scaleMode: number): void {
  copy(to, box, region, undefined, { map, area: boundsOf(map), scaleMode }, ROP_COPY);
}

function paint(to: Surface, region: Rect[], mask: Mask | undefined, source: RowSource, table: number): void {
  // Without alpha of its own a source leaves A at 0 on surfaces that have it, unless it says otherwise.
  const and = to.alpha && !source.alpha && !source.highBits ? 0xffffff : -1;
  const or = source.alpha || table !== ROP_COPY ? to.force : 0;
  eachSpan(region, mask, (y, x, count) => {
    ropRow(table, to.pixels, y * to.stride + x, source.pixels, source.row(x, y, count), count, and, or);
  });
  to.settle(region);
}

function brushSource(to: Surface, brush: Brush): RowSource {
  if (brush.kind === 'pattern') {
    return tileSource(detached(to, brush.map), brush.left, brush.top, to.width);
  }
  return solidSource(brush.kind === 'solid' ? to.pixelOf(brush.color) : to.force, to.width);
}

/** Brings what is visible of a stamp to the size of its box; what the picture does not cover is not drawn. */
function stampSource(
  to: Surface,
  box: Rect,
  region: Rect[],
  { map, area, scaleMode: mode }: Stamp,
  origin: ScaleOrigin = 'exact',
): [RowSource, Rect[]] {
  const [first] = region;
  if (!first || isEmpty(area)) return [solidSource(0, 0), []];
  if (sameSize(box, area)) {
    const left = box.left - area.left;
    const top = box.top - area.top;
    const covered = { left, top, right: left + map.width, bottom: top + map.height };
    const inside = region.map((rect) => intersect(rect, covered)).filter((rect) => !isEmpty(rect));
    return [mapSource(detached(to, map), left, top), inside];
  }
  const seen = region.reduce(union, first);
  const shown = moved(seen, -box.left, -box.top);
  const stretch = { area, width: box.right - box.left, height: box.bottom - box.top, mode, origin };
  return [mapSource(scale(map, stretch, shown), seen.left, seen.top), region];
}

/** A picture that does not change while it is drawn onto itself. */
function detached(to: Surface, map: PixelMap): PixelMap {
  return map.pixels === to.pixels ? copyPart(map, boundsOf(map)) : map;
}

function shift(to: Surface, { picture, x, y }: CompositeSource): Picture {
  const map = detached(to, picture.map);
  const transform = picture.transform ?? ([65536, 0, 0, 0, 65536, 0] as const);
  const [t00, t01, t02, t10, t11, t12] = transform;
  const plain = !picture.transform && picture.repeat === 0;
  if (plain && x === 0 && y === 0) return { ...picture, map };
  return {
    ...picture,
    map,
    filter: picture.transform ? picture.filter : 3,
    transform: [t00, t01, t02 + t00 * x + t01 * y, t10, t11, t12 + t10 * x + t11 * y],
  };
}

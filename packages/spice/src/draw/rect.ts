import { SpiceError } from '../wire/error.ts';

/** Pixels [left, right) by [top, bottom). */
export interface Rect {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** More clip rectangles than any desktop produces; disjointness is checked pairwise. */
export const MAX_CLIP_RECTS = 4096;

export function isEmpty(rect: Rect): boolean {
  return rect.left >= rect.right || rect.top >= rect.bottom;
}

export function intersect(a: Rect, b: Rect): Rect {
  return {
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  };
}

export function union(a: Rect, b: Rect): Rect {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

export function moved({ left, top, right, bottom }: Rect, x: number, y: number): Rect {
  return { left: left + x, top: top + y, right: right + x, bottom: bottom + y };
}

export function sameSize(a: Rect, b: Rect): boolean {
  return a.right - a.left === b.right - b.left && a.bottom - a.top === b.bottom - b.top;
}

/** What of `box` lies inside `bounds` and the clip rectangles, as disjoint rectangles: no pixel is drawn twice. */
export function clipBox(box: Rect, bounds: Rect, clip: readonly Rect[] | undefined): Rect[] {
  const inside = intersect(box, bounds);
  if (isEmpty(inside)) return [];
  if (!clip) return [inside];
  if (clip.length > MAX_CLIP_RECTS) throw new SpiceError('limit', `${clip.length} clip rectangles`);
  const region: Rect[] = [];
  for (const rect of clip) {
    let parts = [intersect(inside, rect)];
    if (isEmpty(parts[0]!)) continue;
    for (let i = region.length - 1; i >= 0 && parts.length > 0; i--) parts = subtract(parts, region[i]!);
    region.push(...parts);
  }
  return region;
}

function subtract(parts: Rect[], hole: Rect): Rect[] {
  if (parts.every((part) => isEmpty(intersect(part, hole)))) return parts;
  return parts.flatMap((part) => {
    const cut = intersect(part, hole);
    if (isEmpty(cut)) return [part];
    return [
      { ...part, bottom: cut.top },
      { ...part, top: cut.bottom },
      { left: part.left, top: cut.top, right: cut.left, bottom: cut.bottom },
      { left: cut.right, top: cut.top, right: part.right, bottom: cut.bottom },
    ].filter((rest) => !isEmpty(rest));
  });
}

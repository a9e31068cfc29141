import { SpiceError } from '../wire/error.ts';

/** A point in 28.4 fixed point. */
export interface FixedPoint {
  x: number;
  y: number;
}

/** SPICE_PATH_* */
const PATH = { BEGIN: 1, END: 2, CLOSE: 8, BEZIER: 16 } as const;

export interface PathSegment {
  flags: number;
  points: readonly FixedPoint[];
}

/** Dash lengths in pixels, alternating on and off; empty for a solid line. */
export interface Dashes {
  lengths: readonly number[];
  startWithGap: boolean;
}

/** Most pixels that one stroke may visit: a path is cheap to send and dear to draw. */
const MAX_STROKE_PIXELS = 4 * 1024 * 1024;

interface Point {
  x: number;
  y: number;
}

/** Calls `plot` for each pixel of a one-pixel line along the path; end points are exclusive, as in GDI. */
export function strokePath(path: readonly PathSegment[], dashes: Dashes, plot: (x: number, y: number) => void): void {
  const pen = new Pen(dashes, plot);
  let line: Point[] = [];
  const flush = (): void => {
    pen.polyline(line);
    line = [];
  };
  for (const { flags, points } of path) {
    let at = 0;
    if (flags & PATH.BEGIN && points.length > 0) {
      flush();
      line.push(toPixel(points[at++]!));
    }
    if (flags & PATH.BEZIER) {
      for (; at + 2 < points.length; at += 3) {
        const from = line[line.length - 1];
        if (!from) throw new SpiceError('malformed', 'a curve without a starting point');
        curve({ x: from.x << 4, y: from.y << 4 }, points[at]!, points[at + 1]!, points[at + 2]!, line, 0);
      }
    } else for (; at < points.length; at++) line.push(toPixel(points[at]!));
    if (!(flags & PATH.END)) continue;
    if (flags & PATH.CLOSE && line[0]) line.push(line[0]);
    flush();
  }
  flush();
}

class Pen {
  readonly #dashes: readonly number[];
  readonly #plot: (x: number, y: number) => void;
  #dash = 0;
  #left: number;
  #down: boolean;
  #budget = MAX_STROKE_PIXELS;

  constructor(dashes: Dashes, plot: (x: number, y: number) => void) {
    this.#dashes = dashes.lengths.some((length) => length > 0) ? dashes.lengths : [];
    this.#plot = plot;
    this.#left = this.#dashes[0] ?? Number.POSITIVE_INFINITY;
    this.#down = !dashes.startWithGap || this.#dashes.length === 0;
  }

  polyline(points: readonly Point[]): void {
    for (let i = 1; i < points.length; i++) this.#line(points[i - 1]!, points[i]!);
  }

  /** Bresenham; ties go to the axial step in the octants where X servers bias so. */
  #line(from: Point, to: Point): void {
    const dx = Math.abs(to.x - from.x);
    const dy = Math.abs(to.y - from.y);
    const stepX = to.x < from.x ? -1 : 1;
    const stepY = to.y < from.y ? -1 : 1;
    const steep = dx <= dy;
    const [major, minor] = steep ? [dy, dx] : [dx, dy];
    this.#budget -= major;
    if (this.#budget < 0) throw new SpiceError('limit', 'a stroke of too many pixels');
    let error = -major - (biased(stepX < 0, stepY < 0, steep) ? 1 : 0);
    let { x, y } = from;
    for (let i = 0; i < major; i++) {
      if (this.#advance()) this.#plot(x, y);
      error += 2 * minor;
      if (error >= 0) {
        error -= 2 * major;
        if (steep) x += stepX;
        else y += stepY;
      }
      if (steep) y += stepY;
      else x += stepX;
    }
  }

  #advance(): boolean {
    while (this.#left <= 0) {
      this.#dash = (this.#dash + 1) % this.#dashes.length;
      this.#left = this.#dashes[this.#dash]!;
      this.#down = !this.#down;
    }
    this.#left--;
    return this.#down;
  }
}

function biased(left: boolean, up: boolean, steep: boolean): boolean {
  return up ? left || steep : left && !steep;
}

/** Rounds, halves down. */
function toPixel({ x, y }: FixedPoint): Point {
  return { x: (x + 7) >> 4, y: (y + 7) >> 4 };
}

export const fixedToPixels = (value: number): number => (value + 7) >> 4;

/** Splits until the control points lie within half a pixel of the chord (de Casteljau). */
function curve(a: FixedPoint, b: FixedPoint, c: FixedPoint, d: FixedPoint, into: Point[], depth: number): void {
  if (depth === 12 || (nearChord(b, a, d) && nearChord(c, a, d))) {
    into.push(toPixel(d));
    return;
  }
  const ab = middle(a, b);
  const bc = middle(b, c);
  const cd = middle(c, d);
  const abc = middle(ab, bc);
  const bcd = middle(bc, cd);
  const half = middle(abc, bcd);
  curve(a, ab, abc, half, into, depth + 1);
  curve(half, bcd, cd, d, into, depth + 1);
}

function nearChord(point: FixedPoint, from: FixedPoint, to: FixedPoint): boolean {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const squared = dx * dx + dy * dy;
  const px = point.x - from.x;
  const py = point.y - from.y;
  if (squared === 0) return px * px + py * py <= 64;
  const cross = px * dy - py * dx;
  return cross * cross <= 64 * squared;
}

function middle(a: FixedPoint, b: FixedPoint): FixedPoint {
  return { x: Math.trunc((a.x + b.x) / 2), y: Math.trunc((a.y + b.y) / 2) };
}

import { operatorOf, splat } from './operators.ts';
import type { PixelMap } from './pixel-map.ts';
import { bilinear, sample } from './scale.ts';

/** x' = (t00 x + t01 y + t02) / 65536, y' likewise: destination to source, 16.16 fixed point. */
export type Transform = readonly [number, number, number, number, number, number];

/** How positions outside a picture are answered (pixman_repeat_t). */
const REPEAT = { NONE: 0, NORMAL: 1, PAD: 2, REFLECT: 3 } as const;

/** A picture as the Render extension sees it: pixels, where to look and how. */
export interface Picture {
  map: PixelMap;
  transform: Transform | undefined;
  /** pixman_filter_t: 3 (nearest) and 0 (fast) take the nearest pixel, the others interpolate. */
  filter: number;
  repeat: number;
}

export type CombineRow = (dest: Int32Array, to: number, x: number, y: number, count: number) => void;

/**
 * Pixels are premultiplied. Returns a function that combines `count` pixels at (x, y), counted from the origin of
 * the operation, into `dest`. `or` is OR-ed in (surfaces without alpha); such a destination counts as opaque.
 * @throws SpiceError unsupported for operators that operators.ts lacks
 */
export function combiner(
  operator: number,
  source: Picture,
  mask: Picture | undefined,
  componentAlpha: boolean,
  destOpaque: boolean,
  or: number,
): CombineRow {
  const combine = operatorOf(operator);
  const fetchSource = fetcher(source);
  const fetchMask = mask && fetcher(mask);
  return (dest, to, x, y, count) => {
    for (let i = 0; i < count; i++) {
      const m = fetchMask ? fetchMask(x + i, y) : -1;
      const s = fetchSource(x + i, y);
      const before = destOpaque ? dest[to + i]! | 0xff000000 : dest[to + i]!;
      dest[to + i] = combine(s, componentAlpha ? m : splat(m >>> 24), before) | or;
    }
  };
}

function fetcher({ map, transform, filter, repeat }: Picture): (x: number, y: number) => number {
  const at = repeat === REPEAT.NONE ? sample : (of: PixelMap, x: number, y: number) => repeated(of, x, y, repeat);
  if (!transform) return (x, y) => at(map, x, y);
  const [t00, t01, t02, t10, t11, t12] = transform;
  const nearest = filter === 0 || filter === 3;
  return (x, y) => {
    // From pixel centre to pixel centre.
    const fx = Math.round(t00 * (x + 0.5) + t01 * (y + 0.5) + t02);
    const fy = Math.round(t10 * (x + 0.5) + t11 * (y + 0.5) + t12);
    if (nearest) return at(map, Math.floor((fx - 1) / 65536), Math.floor((fy - 1) / 65536));
    return bilinear(map, fx - 32768, fy - 32768, at);
  };
}

function repeated(map: PixelMap, x: number, y: number, repeat: number): number {
  return sample(map, wrap(x, map.width, repeat), wrap(y, map.height, repeat));
}

function wrap(value: number, size: number, repeat: number): number {
  if (repeat === REPEAT.PAD) return Math.min(Math.max(value, 0), size - 1);
  const period = repeat === REPEAT.REFLECT ? size * 2 : size;
  const rest = ((value % period) + period) % period;
  return rest < size ? rest : period - 1 - rest;
}

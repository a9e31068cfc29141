import { SpiceError } from '../wire/error.ts';
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

/** What operators weigh a colour with; `s` and `d` stand for source and destination alpha. */
type Factor = 'zero' | 'one' | 'd' | '1-d' | 's' | '1-s' | 'saturate';

/** Porter-Duff operators by number (pixman_op_t): factors of source and destination. */
const OPERATORS: ReadonlyArray<readonly [Factor, Factor]> = [
  ['zero', 'zero'], // clear
  ['one', 'zero'], // src
  ['zero', 'one'], // dst
  ['one', '1-s'], // over
  ['1-d', 'one'], // over reverse
  ['d', 'zero'], // in
  ['zero', 's'], // in reverse
  ['1-d', 'zero'], // out
  ['zero', '1-s'], // out reverse
  ['d', '1-s'], // atop
  ['1-d', 's'], // atop reverse
  ['1-d', '1-s'], // xor
  ['one', 'one'], // add
  ['saturate', 'one'],
];

export type CombineRow = (dest: Int32Array, to: number, x: number, y: number, count: number) => void;

/**
 * Pixels are premultiplied. Returns a function that combines `count` pixels at (x, y), counted from the origin of
 * the operation, into `dest`. `or` is OR-ed in (surfaces without alpha); such a destination counts as opaque.
 * @throws SpiceError unsupported for operators beyond Porter-Duff
 */
export function combiner(
  operator: number,
  source: Picture,
  mask: Picture | undefined,
  componentAlpha: boolean,
  destOpaque: boolean,
  or: number,
): CombineRow {
  const factors = OPERATORS[operator];
  if (!factors) throw new SpiceError('unsupported', `composite operator ${operator}`);
  const fetchSource = fetcher(source);
  const fetchMask = mask && fetcher(mask);
  const [sourceFactor, destFactor] = factors;
  return (dest, to, x, y, count) => {
    for (let i = 0; i < count; i++) {
      const m = fetchMask ? fetchMask(x + i, y) : -1;
      const s = fetchSource(x + i, y);
      const before = destOpaque ? dest[to + i]! | 0xff000000 : dest[to + i]!;
      dest[to + i] = combine(sourceFactor, destFactor, s, componentAlpha ? m : splat(m >>> 24), before) | or;
    }
  };
}

/** Overall alpha (0..255) over the destination: alpha blending and text. */
export function over(source: number, coverage: number, dest: number): number {
  if (coverage === 255 && source >>> 24 === 255) return source;
  return combine('one', '1-s', source, splat(coverage), dest);
}

function combine(sourceFactor: Factor, destFactor: Factor, source: number, mask: number, dest: number): number {
  const sourceAlpha = source >>> 24;
  const destAlpha = dest >>> 24;
  let result = 0;
  for (let shift = 0; shift < 32; shift += 8) {
    const coverage = (mask >>> shift) & 255;
    const s = multiply((source >>> shift) & 255, coverage);
    const alpha = multiply(sourceAlpha, coverage);
    const sum =
      multiply(s, weigh(sourceFactor, alpha, destAlpha)) +
      multiply((dest >>> shift) & 255, weigh(destFactor, alpha, destAlpha));
    result |= Math.min(sum, 255) << shift;
  }
  return result;
}

function weigh(factor: Factor, source: number, dest: number): number {
  switch (factor) {
    case 'zero':
      return 0;
    case 'one':
      return 255;
    case 's':
      return source;
    case '1-s':
      return 255 - source;
    case 'd':
      return dest;
    case '1-d':
      return 255 - dest;
    case 'saturate':
      return source <= 255 - dest ? 255 : Math.floor(((255 - dest) * 255) / source);
  }
}

/** a * b / 255, rounded. */
function multiply(a: number, b: number): number {
  const t = a * b + 128;
  return (t + (t >> 8)) >> 8;
}

function splat(byte: number): number {
  return byte | (byte << 8) | (byte << 16) | (byte << 24);
}

function fetcher({ map, transform, filter, repeat }: Picture): (x: number, y: number) => number {
  const at = repeat === REPEAT.NONE ? sample : (of: PixelMap, x: number, y: number) => repeated(of, x, y, repeat);
  if (!transform) return (x, y) => at(map, x, y);
  const [t00, t01, t02, t10, t11, t12] = transform;
  const nearest = filter === 0 || filter === 3;
  return (x, y) => {
    // From pixel centre to pixel centre.
    const fx = t00 * (x + 0.5) + t01 * (y + 0.5) + t02;
    const fy = t10 * (x + 0.5) + t11 * (y + 0.5) + t12;
    if (nearest) return at(map, Math.floor((fx - 1) / 65536), Math.floor((fy - 1) / 65536));
    return bilinear(map, Math.round(fx) - 32768, Math.round(fy) - 32768, at);
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

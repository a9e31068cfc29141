import { SpiceError } from '../wire/error.ts';

/**
 * Operators of the Render extension by number (pixman_op_t): 0 to 13 Porter-Duff with ADD and SATURATE, 16 to 27 their
 * disjoint and 32 to 43 their conjoint forms. Each is a pair of factors, of source and destination. Pixels are premultiplied.
 */
export type CombinePixel = (source: number, mask: number, dest: number) => number;

/**
 * What combines a source pixel, weighed byte by byte with a mask, with a destination pixel.
 * @throws SpiceError unsupported for operators beyond those
 */
export function operatorOf(operator: number): CombinePixel {
  const factors = BYTE_FACTORS[operator];
  if (factors) return (source, mask, dest) => combineBytes(factors[0], factors[1], source, mask, dest);
  const ratios = RATIOS[operator];
  if (!ratios) throw new SpiceError('unsupported', `composite operator ${operator}`);
  return (source, mask, dest) => combineRatios(ratios[0], ratios[1], source, mask, dest);
}

/** Overall alpha (0..255) over the destination: alpha blending and text. */
export function over(source: number, coverage: number, dest: number): number {
  if (coverage === 255 && source >>> 24 === 255) return source;
  return combineBytes('one', '1-s', source, splat(coverage), dest);
}

export function splat(byte: number): number {
  return byte | (byte << 8) | (byte << 16) | (byte << 24);
}

/** What a colour is weighed with; `s` and `d` stand for source and destination alpha. */
type Factor = 'zero' | 'one' | 'd' | '1-d' | 's' | '1-s';

const BYTE_FACTORS: Readonly<Record<number, readonly [Factor, Factor]>> = [
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
];

function combineBytes(sourceFactor: Factor, destFactor: Factor, source: number, mask: number, dest: number): number {
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
  }
}

/** a * b / 255, rounded. */
function multiply(a: number, b: number): number {
  const t = a * b + 128;
  return (t + (t >> 8)) >> 8;
}

/** A factor of source and destination alpha (0 to 1), computed in single precision. */
type Ratio = (source: number, dest: number) => number;

const f = Math.fround;
const clamp = (value: number): number => Math.min(Math.max(value, 0), 1);
/** a / b, where nothing can be divided by nothing `otherwise`. */
const part = (a: number, b: number, otherwise: number): number => (b === 0 ? otherwise : clamp(f(a / b)));
const rest = (a: number, b: number): number => (b === 0 ? 0 : clamp(f(1 - f(a / b))));

const ZERO: Ratio = () => 0;
const ONE: Ratio = () => 1;
// What of one lies outside of the other at least (disjoint), inside of it at most (conjoint), and their complements.
const freeSource: Ratio = (s, d) => part(f(1 - d), s, 1);
const freeDest: Ratio = (s, d) => part(f(1 - s), d, 1);
const takenSource: Ratio = (s, d) => rest(f(1 - d), s);
const takenDest: Ratio = (s, d) => rest(f(1 - s), d);
const sharedSource: Ratio = (s, d) => part(d, s, 1);
const sharedDest: Ratio = (s, d) => part(s, d, 1);
const bareSource: Ratio = (s, d) => rest(d, s);
const bareDest: Ratio = (s, d) => rest(s, d);

const RATIOS: Readonly<Record<number, readonly [Ratio, Ratio]>> = {
  13: [freeSource, ONE], // saturate
  16: [ZERO, ZERO],
  17: [ONE, ZERO],
  18: [ZERO, ONE],
  19: [ONE, freeDest],
  20: [freeSource, ONE],
  21: [takenSource, ZERO],
  22: [ZERO, takenDest],
  23: [freeSource, ZERO],
  24: [ZERO, freeDest],
  25: [takenSource, freeDest],
  26: [freeSource, takenDest],
  27: [freeSource, freeDest],
  32: [ZERO, ZERO],
  33: [ONE, ZERO],
  34: [ZERO, ONE],
  35: [ONE, bareDest],
  36: [bareSource, ONE],
  37: [sharedSource, ZERO],
  38: [ZERO, sharedDest],
  39: [bareSource, ZERO],
  40: [ZERO, bareDest],
  41: [sharedSource, bareDest],
  42: [bareSource, sharedDest],
  43: [bareSource, bareDest],
};

function combineRatios(sourceRatio: Ratio, destRatio: Ratio, source: number, mask: number, dest: number): number {
  const sourceAlpha = unit(source >>> 24);
  const destAlpha = unit(dest >>> 24);
  let result = 0;
  for (let shift = 0; shift < 32; shift += 8) {
    const coverage = unit((mask >>> shift) & 255);
    const s = f(unit((source >>> shift) & 255) * coverage);
    const alpha = f(sourceAlpha * coverage);
    const d = unit((dest >>> shift) & 255);
    const sum = f(f(s * sourceRatio(alpha, destAlpha)) + f(d * destRatio(alpha, destAlpha)));
    result |= toByte(Math.min(sum, 1)) << shift;
  }
  return result;
}

const unit = (byte: number): number => f(byte * f(1 / 255));

/** 256 equal parts of 0 to 1, the last one counted to the one before. */
function toByte(value: number): number {
  const scaled = Math.floor(f(value * 256));
  return scaled - (scaled >> 8);
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { glzHeader, pushGlzMatch } from '../node/server/encoders/lz.ts';
import { agreed, glzTwins, type Twins } from '../node/testing/twins.ts';
import { MAX_GLZ_IDS } from './glz-header.ts';
import { LZ_TYPE } from './lz-header.ts';

/** Making megabytes smaller step by step would take minutes; the seed is enough. */
const RUNS = { numRuns: 8, endOnFailure: true };
const WINDOW_PIXELS = 4_000_000;

interface Plan {
  pixels: number;
  /** How many images before it it copies from, and how many after it may. */
  back: number;
  reach: number;
}

/** One pixel, a run of it, and as much as there is of an earlier image. */
function encode({ pixels, back, reach }: Plan, id: number, earlier: readonly Plan[]): Uint8Array {
  const source = back > 0 ? earlier[id - back] : undefined;
  const copied = Math.min(pixels - 1, source?.pixels ?? 0);
  const run = pixels - 1 - copied;
  const out = glzHeader(LZ_TYPE.RGB32, pixels, 1, true, { id, oldest: Math.max(0, id - reach) });
  out.put([0, id & 255, id >> 8, 7]);
  if (run > 0) pushGlzMatch(out, run, 0, 0);
  if (copied > 0) pushGlzMatch(out, copied, 0, back);
  return out.finish();
}

function play(plans: readonly Plan[], order: readonly number[], twins: Twins): void {
  for (const id of order) {
    const outcome = agreed(twins, encode(plans[id]!, id, plans));
    expect(outcome).toHaveProperty('image');
  }
}

/** Sizes from a few pixels to megabytes: the memory grows, its ring comes round, and blocks have to move. */
const plans = fc
  .array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(4), fc.nat(4)), { minLength: 60, maxLength: 60 })
  .map((some) => {
    const reaches = some.map(([, , more]) => 4 + more);
    return some.map(([size, back], id): Plan => {
      return { pixels: 2 + Math.floor(size ** 3 * 500_000), back: Math.min(back, id), reach: reaches[id]! };
    });
  });

describe('the dictionary in WebAssembly', () => {
  it('keeps every image whole while others come and go', () => {
    fc.assert(
      fc.property(plans, (some) => {
        const order = some.map((_, id) => id);
        play(some, order, glzTwins(WINDOW_PIXELS * 2));
      }),
      RUNS,
    );
  });

  it('takes images of two channels that overtake each other', () => {
    fc.assert(
      fc.property(plans, (some) => {
        // Every third comes after the two behind it, so none may refer to what is not there yet.
        const apart = some.map((plan) => ({ ...plan, back: 0, reach: plan.reach + 3 }));
        const order = apart.map((_, i) => (i % 3 === 2 ? i - 2 : i + 1));
        play(apart, order, glzTwins(WINDOW_PIXELS * 2));
      }),
      RUNS,
    );
  });

  it('takes no image for another one whose slot it shares', () => {
    const twins = glzTwins(1000);
    for (let id = 0; id < 5; id++) expect(agreed(twins, encode({ pixels: 9, back: 0, reach: 5 }, id, []))).toBeTruthy();
    const out = glzHeader(LZ_TYPE.RGB32, 9, 1, true, { id: 5, oldest: 0 });
    pushGlzMatch(out, 9, 0, MAX_GLZ_IDS + 2);
    expect(agreed(twins, out.finish())).toEqual({ refused: 'malformed' });
  });

  it('refuses more than it was promised, an id far ahead, and an id that came before', () => {
    const one = (pixels: number, id: number): Uint8Array => encode({ pixels, back: 0, reach: id }, id, []);
    const twins = glzTwins(1000);
    expect(agreed(twins, one(1001, 0))).toEqual({ refused: 'limit' });
    expect(agreed(twins, one(600, 0))).toHaveProperty('image');
    expect(agreed(twins, one(1, MAX_GLZ_IDS))).toEqual({ refused: 'limit' });
    expect(agreed(twins, one(10, 0))).toEqual({ refused: 'malformed' });
    expect(agreed(twins, one(600, 1))).toEqual({ refused: 'limit' });
  });
});

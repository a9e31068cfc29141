import { describe, expect, it } from 'vitest';
import { type Measurement, rowOf, sample, tableOf } from './measurement.ts';

const exactly = (median: number) => ({ median, spread: null });
const cost: Measurement = {
  name: 'start (ms)',
  better: 'less',
  ours: exactly(110),
  peer: exactly(100),
  must: 1.15,
  aim: 1,
};

describe('a sample', () => {
  it('is the median with the half distance of the quartiles as noise', () => {
    expect(sample([4, 1, 2, 3, 100])).toEqual({ median: 3, spread: 1 / 3 });
    expect(sample([7])).toEqual({ median: 7, spread: null });
    expect(() => sample([])).toThrow(RangeError);
  });
});

describe('a row', () => {
  it('has exactly the documented fields, ratio as ours ÷ peer', () => {
    expect(rowOf(cost)).toEqual({ name: 'start (ms)', ours: 110, peer: 100, ratio: 1.1, must: 1.15, aim: 1, ok: true });
  });

  it('takes limits of costs as upper and of speeds as lower ones', () => {
    expect(rowOf({ ...cost, must: 1.05 }).ok).toBe(false);
    expect(rowOf({ ...cost, better: 'more', must: 1.05 }).ok).toBe(true);
    expect(rowOf({ ...cost, better: 'more', must: 3 }).ok).toBe(false);
  });

  it('leaves open what was not measured or not demanded', () => {
    const { must: _, aim: __, ...free } = cost;
    expect(rowOf(free)).toMatchObject({ must: null, aim: null, ok: null });
    expect(rowOf({ ...cost, peer: null })).toMatchObject({ peer: null, ratio: null, ok: null });
  });
});

describe('the table', () => {
  it('is Markdown with the noise beside each figure', () => {
    const peer = sample([90, 100, 110]);
    expect(tableOf([{ ...cost, peer }])).toBe(
      [
        '|            | ours |   ± | peer |   ± | ours ÷ peer |   must | aim |  ok |',
        '| ---------- | ---: | --: | ---: | --: | ----------: | -----: | --: | --: |',
        '| start (ms) |  110 |     |  100 | 5 % |         1.1 | ≤ 1.15 | ≤ 1 | yes |',
      ].join('\n'),
    );
  });
});

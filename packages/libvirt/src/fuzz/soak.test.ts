import { expect, test } from 'vitest';
import { newTally, soak } from './soak.ts';

test('with a daemon at which everything goes wrong now and then, each call settles as it should', async () => {
  const tally = newTally();
  await soak(20_000, 1, tally);
  expect(tally.calls).toBe(20_000);
  expect(tally.settled['answered']).toBeGreaterThan(15_000);
});

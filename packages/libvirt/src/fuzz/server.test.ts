import { expect, test } from 'vitest';
import { fuzzServers } from './server.ts';

test('servers answer mutated frames or end their connection, and serve everybody else', async () => {
  const tally = await fuzzServers(1500, 1);
  expect(tally.mutants).toBe(1500);
  for (const count of [tally.sound, tally.answers, tally.errors]) expect(count).toBeGreaterThan(150);
});

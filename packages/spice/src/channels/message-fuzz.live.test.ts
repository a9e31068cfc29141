import { expect, it } from 'vitest';
import { fuzzMessages } from '../node/testing/message-fuzz.ts';

const MESSAGES = 300_000;
/** Surfaces, images and a GLZ dictionary of a session may take so much, and the test itself. */
const MEMORY_BYTES = 2 * 1024 ** 3;

/** As message-fuzz.test.ts, for longer. */
it('takes or refuses 300,000 mutated messages, within its limits of memory', async () => {
  const { accepted, refused } = await fuzzMessages(MESSAGES, Date.now() | 0);
  expect(accepted).toBeGreaterThan(MESSAGES / 10);
  expect(refused).toBeGreaterThan(MESSAGES / 10);
  expect(process.memoryUsage().rss).toBeLessThan(MEMORY_BYTES);
});

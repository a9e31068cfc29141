import { expect, it } from 'vitest';
import { fuzzMessages } from '../node/testing/message-fuzz.ts';

it('takes or refuses what a hostile server sends, and does nothing else', async () => {
  const { accepted, refused } = await fuzzMessages(3000, Date.now() | 0);
  expect(accepted).toBeGreaterThan(500);
  expect(refused).toBeGreaterThan(500);
});

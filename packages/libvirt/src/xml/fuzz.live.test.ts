import { expect, test } from 'vitest';
import { fuzz } from './testing/fuzz.ts';

test('100,000 mutated documents end in a value or in INVALID_XML with its place', () => {
  const result = fuzz(100_000, 20_261_123);
  console.info(JSON.stringify(result));
  expect(result.wellFormed + result.refused).toBe(100_000);
});

import { expect, test } from 'vitest';
import { fuzz } from './testing/fuzz.ts';

test('mutated documents end in a value or in INVALID_XML with its place', () => {
  const { wellFormed, refused, sound } = fuzz(3000, 1);
  expect(wellFormed + refused).toBe(3000);
  expect(Math.min(wellFormed, refused, sound)).toBeGreaterThan(30);
});

import { expect, it } from 'vitest';
import { keysymOf, needsShift } from './keys.ts';

it('names characters as X does', () => {
  expect([...'aé€\n\t'].map(keysymOf)).toEqual([0x61, 0xe9, 0x010020ac, 0xff0d, 0xff09]);
});
it('knows what a US keyboard writes with Shift', () => {
  const written = [...'aZ3#/?-_ '].filter(needsShift);
  expect(written).toEqual(['Z', '#', '?', '_']);
});

import { expect, it } from 'vitest';
import { fuzzGlz, fuzzInflate, fuzzLz, fuzzLz4, fuzzQuic } from '../node/testing/decoder-fuzz.ts';

it.each([
  ['QUIC', fuzzQuic],
  ['LZ', fuzzLz],
  ['GLZ', fuzzGlz],
  ['LZ4', fuzzLz4],
  ['inflate', fuzzInflate],
])('%s: WebAssembly and its twin agree about mutated images', (_name, fuzz) => {
  const { decoded, refused } = fuzz(3000, 1);
  // Neither all refused nor all taken: both would test little.
  expect(decoded).toBeGreaterThan(300);
  expect(refused).toBeGreaterThan(300);
});

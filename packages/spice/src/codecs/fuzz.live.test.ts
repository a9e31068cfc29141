import { expect, it } from 'vitest';
import { fuzzGlz, fuzzInflate, fuzzLz, fuzzLz4, fuzzQuic } from '../node/testing/decoder-fuzz.ts';

const IMAGES = 300_000;

/** As fuzz.prop.test.ts, for longer. */
it.each([
  ['QUIC', fuzzQuic],
  ['LZ', fuzzLz],
  ['GLZ', fuzzGlz],
  ['LZ4', fuzzLz4],
  ['inflate', fuzzInflate],
])('%s: WebAssembly and its twin agree about 300,000 mutated images', (_name, fuzz) => {
  const { decoded, refused } = fuzz(IMAGES, Date.now() | 0);
  expect(decoded).toBeGreaterThan(IMAGES / 10);
  expect(refused).toBeGreaterThan(IMAGES / 10);
});

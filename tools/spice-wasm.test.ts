import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { decodersFile, decodersModule } from './spice-wasm.ts';

it('the decoders of @domus/spice are made from their sources (else: node tools/spice-wasm.ts)', async () => {
  expect(readFileSync(decodersFile, 'utf8')).toBe(await decodersModule());
}, 60_000);

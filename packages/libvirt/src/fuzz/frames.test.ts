import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzzFrames } from './frames.ts';
import { UnixWires } from './wire.ts';

let folder: string;
let sockets: UnixWires;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domus-fuzz-'));
  sockets = await UnixWires.listen(join(folder, 'socket'));
});

afterAll(async () => {
  await sockets.close();
  await rm(folder, { recursive: true });
});

test('mutated frames end in values or in clear errors, their connection ends, and nobody is left waiting', async () => {
  const tally = await fuzzFrames(5000, 1, sockets);
  expect(tally.mutants).toBe(5000);
  // Fuzzing that only breaks headers, or breaks nothing, would prove little.
  for (const count of [tally.ended, tally.survived, tally.valid, tally.resolved]) expect(count).toBeGreaterThan(200);
});

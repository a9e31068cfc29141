import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { fuzzServers } from './server.ts';
import type { Tally } from './session.ts';

const MUTANTS = Number(process.env['DOMUS_FUZZ_MUTANTS'] ?? 200_000);
const SEED = Number(process.env['DOMUS_FUZZ_SEED'] ?? 20_261_125);
const THREADS = 2;

async function inThread(mutants: number, seed: number): Promise<Tally> {
  const resourceLimits = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 64 };
  const worker = new Worker(new URL('frames-worker.ts', import.meta.url), {
    workerData: { mutants, seed },
    resourceLimits,
  });
  const [[tally]] = (await Promise.all([once(worker, 'message'), once(worker, 'exit')])) as [[Tally], unknown];
  return tally;
}

test(`${MUTANTS} mutated frames: no hang, no crash, no unclear error, little memory`, async () => {
  const seeds = Array.from({ length: THREADS }, (_, thread) => SEED + thread * 0x1000_0000);
  console.info(`seeds ${seeds.join(', ')}`);
  const tallies = await Promise.all(seeds.map((seed) => inThread(Math.ceil(MUTANTS / THREADS), seed)));
  console.info(JSON.stringify(tallies));
  expect(tallies.reduce((sum, { mutants }) => sum + mutants, 0)).toBeGreaterThanOrEqual(MUTANTS);
  for (const { mutants, ended, survived } of tallies) expect(Math.min(ended, survived)).toBeGreaterThan(mutants / 100);
});

test(`${MUTANTS / 40} mutated frames to servers: answered or ended, and everybody else is served`, async () => {
  const tally = await fuzzServers(MUTANTS / 40, SEED);
  console.info(JSON.stringify(tally));
  expect(tally.mutants).toBe(MUTANTS / 40);
});

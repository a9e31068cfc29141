/** Fuzzes frames in a thread with little memory: what a length or a count makes the client allocate ends it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { fuzzFrames } from './frames.ts';
import { UnixWires } from './wire.ts';

const { mutants, seed } = workerData as { mutants: number; seed: number };
// A stack for each of so many errors is half the work; a failure names its seed, with which it comes again.
Error.stackTraceLimit = 1;

const folder = await mkdtemp(join(tmpdir(), 'domus-fuzz-'));
const sockets = await UnixWires.listen(join(folder, 'socket'));
try {
  parentPort!.postMessage(await fuzzFrames(mutants, seed, sockets));
} finally {
  await sockets.close();
  await rm(folder, { recursive: true });
}

import { readdirSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export interface Growth {
  /** What stays of each cycle: objects of the heap, and bytes of buffers. */
  readonly heapBytes: number;
  readonly bufferBytes: number;
  /** Descriptors, timers and other handles that are there afterwards and were not before. */
  readonly descriptors: number;
  readonly handles: string[];
}

const SEGMENTS = 5;

/** Repeats a cycle and tells what each leaves behind: the median of five segments, after one to warm up. */
export async function growthPerCycle(cycles: number, cycle: (n: number) => Promise<void>): Promise<Growth> {
  const length = Math.ceil(cycles / SEGMENTS);
  let done = 0;
  const segment = async () => {
    for (let left = length; left > 0; left--) await cycle(done++);
    return inUse();
  };
  const samples = [await segment()];
  const descriptors = countDescriptors();
  const handles = process.getActiveResourcesInfo();
  for (let left = SEGMENTS; left > 0; left--) samples.push(await segment());
  const growth = (what: 'heapBytes' | 'bufferBytes') =>
    median(samples.slice(1).map((sample, before) => sample[what] - samples[before]![what])) / length;
  return {
    heapBytes: Math.round(growth('heapBytes')),
    bufferBytes: Math.round(growth('bufferBytes')),
    descriptors: countDescriptors() - descriptors,
    handles: newHandles(handles, process.getActiveResourcesInfo()),
  };
}

/** After everything that can go has gone. */
export async function inUse(): Promise<{ heapBytes: number; bufferBytes: number }> {
  // What waits for a finalizer goes in the turn after its collection.
  for (let round = 0; round < 3; round++) {
    collect();
    await turn();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heapBytes: heapUsed, bufferBytes: arrayBuffers };
}

function countDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

function newHandles(before: readonly string[], after: readonly string[]): string[] {
  const left = [...before];
  return after.filter((handle) => {
    const at = left.indexOf(handle);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

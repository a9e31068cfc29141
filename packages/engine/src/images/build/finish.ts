import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { diskLayout } from './disk-layout.rules.ts';
import { type BuildWork, diskOf, runStepProgram } from './work.ts';

export type FinishedDisk = { path: string; sizeBytes: number; virtualSizeBytes: number; sha256: string };

/** Last step: the raw disk becomes the compressed qcow2 `target`, which appears complete or not at all. */
export async function finish(work: BuildWork, target: string): Promise<FinishedDisk> {
  const unfinished = `${target}.part`;
  const format = ['-f', 'raw', '-O', 'qcow2', '-c', '-o', 'compression_type=zstd'];
  try {
    // -T none -t none would bypass the page cache that still holds the disk; the default is faster here.
    await runStepProgram(work, 'finish', 'qemu-img', ['convert', ...format, diskOf(work), unfinished]);
    work.onFraction(0.7);
    const sha256 = await sha256Of(unfinished, work.signal);
    const { size } = await stat(unfinished);
    await rename(unfinished, target);
    work.onFraction(1);
    const virtualSizeBytes = diskLayout(work.recipe.rootSizeMiB).diskSizeBytes;
    return { path: target, sizeBytes: size, virtualSizeBytes, sha256 };
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash, { signal });
  return hash.digest('hex');
}

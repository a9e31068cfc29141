import { execFile } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Bytes from `start` to before `end` that a file system does not store. */
export interface Hole {
  readonly start: number;
  readonly end: number;
}

const BLOCK_BYTES = 512;
/** A smaller hole is not worth a packet of its own. */
const SMALLEST_BYTES = 64 * 1024;
const LIMITS = { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 };

/**
 * Where a file has holes, in their order, as qemu-img finds them: Node has no SEEK_HOLE. None where that program is missing,
 * fails or is stopped: the zeros are read then.
 */
export async function findHoles(path: string, file: FileHandle, signal: AbortSignal): Promise<readonly Hole[]> {
  // As options: a plain name could mean something else to qemu-img, `nbd:…` or `-x`.
  const image = `driver=file,filename=${path.replaceAll(',', ',,')}`;
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.blocks * BLOCK_BYTES >= stats.size) return [];
    const { stdout } = await promisify(execFile)('qemu-img', ['map', '-U', '--output=json', '--image-opts', image], {
      ...LIMITS,
      signal,
    });
    return (
      (JSON.parse(stdout) as Extent[])
        .filter(({ data, length }) => !data && length >= SMALLEST_BYTES)
        // The last one may end behind the file: qemu-img counts whole sectors.
        .map(({ start, length }) => ({ start, end: Math.min(start + length, stats.size) }))
    );
  } catch {
    return [];
  }
}

/** What `qemu-img map` tells of a part of a file. */
interface Extent {
  readonly start: number;
  readonly length: number;
  readonly data: boolean;
}

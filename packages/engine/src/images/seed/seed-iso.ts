import { chmod, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProgram } from '../programs/run-program.ts';
import type { SeedFiles } from './seed.rules.ts';

/** By this name cloud-init finds the CD. */
const VOLUME_ID = 'cidata';

/**
 * Writes the seed as an ISO 9660 image (Joliet and Rock Ridge) to `target`, which appears complete or not at all. Only
 * its owner may read it: it may hold a password hash. Throws ProgramError.
 */
export async function makeSeedIso(request: {
  files: SeedFiles;
  /** Absolute path. */
  target: string;
  signal: AbortSignal;
}): Promise<{ path: string; sizeBytes: number }> {
  const folder = await mkdtemp(join(dirname(request.target), '.seed-'));
  try {
    const iso = join(folder, 'seed.iso');
    const paths: string[] = [];
    for (const [name, text] of Object.entries(request.files)) {
      await writeFile(join(folder, name), text);
      paths.push(`${name}=${join(folder, name)}`);
    }
    const format = ['-quiet', '-V', VOLUME_ID, '-J', '-r', '-graft-points', '-o', iso];
    await runProgram('xorriso', ['-as', 'mkisofs', ...format, ...paths], {
      signal: request.signal,
      timeoutMs: 60_000,
      cwd: folder,
    });
    await chmod(iso, 0o600);
    await rename(iso, request.target);
    return { path: request.target, sizeBytes: (await stat(request.target)).size };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

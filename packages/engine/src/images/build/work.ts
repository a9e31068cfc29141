import { join } from 'node:path';
import { ProgramError, type ProgramResult, type ProgramRun, runProgram } from '../programs/run-program.ts';
import { ImageBuildError } from './image-build-error.ts';
import { BUILD_MARK } from './left-behind.ts';
import type { Recipe } from './recipes.ts';

/** What every step of a build is given. Steps hand over to one another by files in `workFolder`. */
export type BuildWork = {
  recipe: Recipe;
  /** Absolute; owned by this build alone. */
  workFolder: string;
  /** Absolute; downloaded packages are kept here for the next build. */
  aptCache?: string;
  /** A Debian mirror; without it the machine's own package sources, or Debian's public mirror. */
  mirror?: string;
  signal: AbortSignal;
  /** fraction of this step, 0..1 */
  onFraction: (fraction: number) => void;
  log: (line: string) => void;
};

/** The unpacked system. */
export const treeOf = (work: BuildWork) => join(work.workFolder, 'tree');
/** GRUB's images: boot.img, core.img (BIOS) and BOOTX64.EFI. */
export const loaderOf = (work: BuildWork) => join(treeOf(work), 'boot/loader');
/** The whole disk, raw and sparse. */
export const diskOf = (work: BuildWork) => join(work.workFolder, 'disk.raw');

/** Runs one of a step's programs, marked as this build's; its failures become the build's. */
export async function runStepProgram(
  work: BuildWork,
  step: string,
  program: string,
  args: readonly string[],
  run: Partial<ProgramRun> = {},
): Promise<ProgramResult> {
  try {
    return await runProgram(program, args, {
      timeoutMs: 10 * 60_000,
      onLine: work.log,
      ...run,
      signal: work.signal,
      env: { ...run.env, [BUILD_MARK]: work.workFolder },
    });
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const code = error.code === 'aborted' ? 'aborted' : error.code === 'missing' ? 'missing_program' : 'program_failed';
    throw new ImageBuildError(code, step, error.message, error.detail);
  }
}

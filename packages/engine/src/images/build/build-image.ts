import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { assemble } from './assemble.ts';
import { bootstrap } from './bootstrap.ts';
import { type FinishedDisk, finish } from './finish.ts';
import { ImageBuildError } from './image-build-error.ts';
import { endLeftBehind, removeTree } from './left-behind.ts';
import { type Recipe, type RecipeName, recipeKey, recipes } from './recipes.ts';
import { type BuildWork, diskOf, treeOf } from './work.ts';

export type BuildRequest = {
  recipe: RecipeName;
  /** Absolute path of the qcow2; appears complete or not at all. */
  target: string;
  /** Absolute; owned by this build, gone after success. */
  workFolder: string;
  /** Absolute; downloaded packages stay here for the next build. */
  aptCache?: string;
  mirror?: string;
  signal: AbortSignal;
  onProgress: (progress: { fraction: number; message: string }) => void;
  log: (line: string) => void;
};

export type BuiltImage = FinishedDisk & {
  format: 'qcow2';
  os: { id: 'debian'; version: '12'; name: string; architecture: 'x86_64' };
  desktop: boolean;
};

/** Share of the whole time, measured; the words a person reads. */
const steps = {
  bootstrap: { from: 0, to: 0.85, message: 'Installing packages' },
  assemble: { from: 0.85, to: 0.9, message: 'Making the disk' },
  finish: { from: 0.9, to: 1, message: 'Compressing the image' },
};

/** Programs that a build starts; `domus doctor` names the absent ones. */
export const buildPrograms = ['mmdebstrap', 'mke2fs', 'sfdisk', 'mformat', 'mmd', 'mcopy', 'qemu-img', 'umount'];

/**
 * Builds an image that boots by itself under BIOS and UEFI and configures itself from a cloud-init seed. Needs root
 * (chroot). Goes on where an earlier, interrupted build of the same recipe in the same workFolder stopped; whatever of
 * it still runs is ended first. Throws ImageBuildError; after a failure neither processes nor mounts nor half images
 * are left, only finished steps in workFolder.
 */
export async function buildImage(request: BuildRequest): Promise<BuiltImage> {
  const recipe = recipes[request.recipe];
  await checkPrerequisites();
  await recover(request.workFolder, recipe);
  const step = (name: keyof typeof steps): BuildWork => ({
    ...request,
    recipe,
    onFraction: (fraction) => {
      const { from, to, message } = steps[name];
      request.onProgress({ fraction: from + (to - from) * fraction, message });
    },
  });
  try {
    if (!(await exists(diskOf(step('assemble'))))) {
      if (!(await exists(treeOf(step('bootstrap'))))) await bootstrap(step('bootstrap'));
      await assemble(step('assemble'));
    }
    const disk = await finish(step('finish'), request.target);
    await removeTree(request.workFolder);
    const os = { id: 'debian', version: '12', name: recipe.title, architecture: 'x86_64' } as const;
    return { ...disk, format: 'qcow2', os, desktop: recipe.desktop };
  } catch (error) {
    await endLeftBehind(request.workFolder);
    await removeUnfinished(request.workFolder);
    if (request.signal.aborted) throw new ImageBuildError('aborted', 'build', 'The build was cancelled');
    throw error;
  }
}

/** Steps write to NAME.part and rename when they are done. */
async function removeUnfinished(workFolder: string): Promise<void> {
  for (const name of await readdir(workFolder)) {
    if (name.endsWith('.part')) await removeTree(join(workFolder, name));
  }
}

/** Ends what an earlier build left running and removes its folder: for a build that will not be taken up again. */
export async function recoverWorkFolder(workFolder: string): Promise<void> {
  await endLeftBehind(workFolder);
  await removeTree(workFolder);
}

/** Keeps the finished steps of an earlier build only if it built the very same thing. */
async function recover(workFolder: string, recipe: Recipe): Promise<void> {
  await endLeftBehind(workFolder);
  const key = await recipeKey(recipe);
  const keyFile = join(workFolder, 'recipe-key');
  const earlier = await readFile(keyFile, 'utf8').catch(() => undefined);
  if (earlier === key) return removeUnfinished(workFolder);
  await removeTree(workFolder);
  await mkdir(workFolder, { recursive: true });
  await writeFile(keyFile, key);
}

async function checkPrerequisites(): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new ImageBuildError('not_root', 'build', 'Building an image needs root: packages are installed in a chroot');
  }
  const missing = await missingPrograms();
  if (missing.length > 0) {
    throw new ImageBuildError('missing_program', 'build', `Not installed: ${missing.join(', ')}`);
  }
}

export async function missingPrograms(): Promise<string[]> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const missing: string[] = [];
  for (const program of buildPrograms) {
    const found = await Promise.all(folders.map((folder) => exists(join(folder, program))));
    if (!found.includes(true)) missing.push(program);
  }
  return missing;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AptSourcesFile, aptSources } from './apt-sources.rules.ts';
import { removeTree } from './left-behind.ts';
import { type BuildWork, runStepProgram, treeOf } from './work.ts';

const hook = (name: string) => join(import.meta.dirname, 'hooks', name);

/** Not unpacked: documentation and translations, except the licences. */
const unpackRules = [
  'path-exclude=/usr/share/man/*',
  'path-exclude=/usr/share/info/*',
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
  'path-exclude=/usr/share/locale/*',
  // The tree is thrown away if the machine loses power, so dpkg need not wait for the disk after each file.
  'force-unsafe-io',
];

/** First step: the system with all its packages and settings as a tree of files, `workFolder/tree`. */
export async function bootstrap(work: BuildWork): Promise<void> {
  const unfinished = `${treeOf(work)}.part`;
  await removeTree(unfinished);
  await removeTree(treeOf(work));
  const sources = join(work.workFolder, 'debian.sources');
  await writeFile(sources, aptSources(work.recipe.suite, await machineSources(), work.mirror));
  if (work.aptCache !== undefined) await mkdir(work.aptCache, { recursive: true });

  let done = 0;
  await runStepProgram(work, 'bootstrap', 'mmdebstrap', mmdebstrapArguments(work, unfinished, sources), {
    timeoutMs: 60 * 60_000,
    env: {
      DOMUS_LAYERS: work.recipe.layers.join(' '),
      DOMUS_CUSTOMIZE: work.recipe.customize.join(' '),
      DOMUS_UNUSED_MODULES: work.recipe.unusedModules.join(' '),
      DOMUS_APT_CACHE: work.aptCache ?? '',
    },
    onLine: (line) => {
      work.log(line);
      // Each package is unpacked and set up.
      if (!/^(Unpacking|Setting up) /.test(line)) return;
      done += 1;
      work.onFraction(Math.min(1, done / (2 * work.recipe.packageCount)));
    },
  });
  await rename(unfinished, treeOf(work));
}

function mmdebstrapArguments(work: BuildWork, target: string, sources: string): string[] {
  const caching = [
    '--skip=download/empty,essential/unlink',
    `--setup-hook=${hook('cache-in.sh')}`,
    `--customize-hook=${hook('cache-out.sh')}`,
  ];
  return [
    '--mode=root',
    '--format=directory',
    '--variant=apt',
    '--verbose',
    '--aptopt=APT::Install-Recommends "false"',
    // Without a terminal of its own dpkg stays in our process group and ends with it.
    '--aptopt=Dpkg::Use-Pty "false"',
    ...unpackRules.map((rule) => `--dpkgopt=${rule}`),
    `--include=${work.recipe.packages.join(',')}`,
    ...(work.aptCache === undefined ? [] : caching),
    `--essential-hook=${hook('overlay.sh')}`,
    `--customize-hook=${hook('boot-loader.sh')}`,
    `--customize-hook=${hook('customize.sh')}`,
    work.recipe.suite,
    target,
    sources,
  ];
}

async function machineSources(): Promise<AptSourcesFile[]> {
  const folder = '/etc/apt/sources.list.d';
  const names = await readdir(folder).catch(absent);
  const paths = ['/etc/apt/sources.list', ...(names ?? []).map((name) => join(folder, name))];
  const files: AptSourcesFile[] = [];
  for (const path of paths.filter((name) => /\.(list|sources)$/.test(name))) {
    const content = await readFile(path, 'utf8').catch(absent);
    if (content !== undefined) files.push({ path, content });
  }
  return files;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

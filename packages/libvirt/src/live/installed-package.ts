import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const source = new URL('../..', import.meta.url).pathname;
const repository = new URL('../../../..', import.meta.url).pathname;
const NOT_COPIED = ['node_modules', 'dist', '.cache'];

/**
 * What people get: the package as `npm pack` makes it, installed into an empty project that has its examples at hand.
 * Packed from a copy, since packing writes another package.json. Resolves to the project's folder.
 */
export async function installPackage(folder: string): Promise<string> {
  const copy = join(folder, 'packages/libvirt');
  await cp(source, copy, { recursive: true, filter: (path) => !NOT_COPIED.includes(basename(path)) });
  await copyFile(join(repository, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'));
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  const [packed] = JSON.parse(await npm(copy, 'pack', '--json')) as { filename: string }[];

  const project = join(folder, 'project');
  await mkdir(project);
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await npm(project, 'install', '--offline', '--no-audit', '--no-fund', join(copy, packed!.filename));
  await cp(join(project, 'node_modules/@domus/libvirt/examples'), project, { recursive: true });
  return project;
}

/** Prepares to type-check the project, with nothing but Node's types beside it; resolves to tsc. */
export async function compilerOf(project: string): Promise<string> {
  const types = join(repository, 'node_modules/@types');
  const compilerOptions = { module: 'NodeNext', target: 'ES2023', lib: ['ES2023', 'ESNext.Disposable'] };
  const checks = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false };
  const options = { ...compilerOptions, ...checks, types: ['node'], typeRoots: [types] };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
  return join(repository, 'node_modules/typescript/bin/tsc');
}

/** npm, run by the Node that runs us. */
async function npm(folder: string, ...given: string[]): Promise<string> {
  const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`;
  const { stdout } = await run('npm', given, { cwd: folder, env: { ...process.env, PATH }, timeout: 120_000 });
  return stdout;
}

import { readdir, readFile, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { runProgram } from '../programs/run-program.ts';

/**
 * In the environment of every process of a build, inherited by all that they start. Unlike a recorded process id it
 * cannot point at a stranger after a crash of the engine.
 */
export const BUILD_MARK = 'DOMUS_IMAGE_BUILD';

const DEADLINE_MS = 10_000;

/** Ends every process that a build in `workFolder` left behind, and takes away what it mounted there. */
export async function endLeftBehind(workFolder: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  let left = await markedProcesses(workFolder);
  while (left.length > 0) {
    if (Date.now() > deadline) throw new Error(`processes ${left.join(', ')} of ${workFolder} do not end`);
    for (const pid of left) kill(pid);
    await pause(50);
    left = await markedProcesses(workFolder);
  }
  await unmountBelow(workFolder);
}

/** Removes a tree that programs may have mounted things into: never reaches through a mount into the machine's /dev. */
export async function removeTree(folder: string): Promise<void> {
  await unmountBelow(folder);
  await rm(folder, { recursive: true, force: true });
}

async function markedProcesses(workFolder: string): Promise<number[]> {
  const mark = `${BUILD_MARK}=${workFolder}`;
  const marked: number[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1');
      if (environment.split('\0').includes(mark)) marked.push(pid);
    } catch (error) {
      if (!isGoneOrForeign(error)) throw error;
    }
  }
  return marked;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!isGoneOrForeign(error)) throw error;
  }
}

function isGoneOrForeign(error: unknown): boolean {
  return ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
}

async function unmountBelow(folder: string): Promise<void> {
  const below = mountsBelow(await readFile('/proc/self/mountinfo', 'utf8'), folder);
  for (const mount of below) {
    await runProgram('umount', ['--lazy', '--', mount], {
      signal: new AbortController().signal,
      timeoutMs: DEADLINE_MS,
    });
  }
  if (below.length > 0) await unmountBelow(folder);
}

/** Mount points inside `folder`, the deepest first. Field 5 of proc(5) mountinfo, where space and the like are \ooo. */
export function mountsBelow(mountinfo: string, folder: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((path) => path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))))
    .filter((path) => path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);
}

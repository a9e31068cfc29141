import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Daemons live in sbin, which the PATH of ordinary users often lacks. */
const alwaysSearched = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Full path of a program on the PATH or in the system's folders, null where there is none. */
export function findProgram(name: string, path = process.env['PATH'] ?? ''): string | null {
  for (const folder of new Set([...path.split(':').filter((entry) => entry.startsWith('/')), ...alwaysSearched])) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // not in this folder
    }
  }
  return null;
}

/** Library folders of this machine: /usr/lib64 and, on Debian, /usr/lib/<triplet>. */
function libraryFolders(): string[] {
  const triplets = readFolder('/usr/lib').filter((name) => name.includes('-linux-gnu'));
  return [...triplets.map((name) => `/usr/lib/${name}`), '/usr/lib64', '/usr/lib'];
}

/** Full path of a file below a library folder, e.g. "qemu/ui-spice-core.so". */
export function findLibrary(relative: string): string | null {
  return (
    libraryFolders()
      .map((folder) => join(folder, relative))
      .find(fileExists) ?? null
  );
}

export function fileExists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Names in a folder; none where it is missing or closed to us. */
export function readFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** A small file of /proc or /sys without its last newline, null where it cannot be read. */
export function readSmallFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch {
    return null;
  }
}

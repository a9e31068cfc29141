import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { isAlive } from './child.ts';

/** A Unix socket's path has 107 bytes; the longest below a data folder is PostgreSQL's. */
const LONGEST_INSIDE = '/postgres/run/.s.PGSQL.5432.lock'.length;

export class DataFolderError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DataFolderError';
  }
}

export interface DataFolder {
  path: string;
  /** Names this site's things on a machine that others share; six hex digits. */
  tag: string;
  inside(...parts: string[]): string;
  /** Held by the engine that runs; null where none does. */
  holder(): { pid: number } | null;
  /** Takes the folder for this process. Throws DataFolderError where an engine runs on it. */
  lock(): void;
  unlock(): void;
}

/** Opens, and makes, the folder that holds everything Domus keeps; nobody else can look into it (0700). */
export function openDataFolder(given: string, make: boolean): DataFolder {
  const wanted = resolve(given);
  if (!make && !existsSync(wanted))
    throw new DataFolderError(`${wanted} is not there: no Domus was started with this data folder`);
  mkdirSync(wanted, { recursive: true, mode: 0o700 });
  const path = realpathSync(wanted);
  const spare = 107 - LONGEST_INSIDE - Buffer.byteLength(path);
  if (spare < 0)
    throw new DataFolderError(`the path of the data folder is ${-spare} bytes too long for the sockets in it: ${path}`);
  if (make) {
    chmodSync(path, 0o700);
    for (const folder of ['run', 'log', 'work', 'images'])
      mkdirSync(join(path, folder), { recursive: true, mode: 0o700 });
  }
  const pidFile = join(path, 'run/engine.pid');
  const holder = (): { pid: number } | null => {
    if (!existsSync(pidFile)) return null;
    const [pid, started] = readFileSync(pidFile, 'utf8').split(' ');
    return isAlive(Number(pid)) && startTime(Number(pid)) === started ? { pid: Number(pid) } : null;
  };
  return {
    path,
    tag: siteTag(path),
    inside: (...parts) => join(path, ...parts),
    holder,
    lock() {
      const running = holder();
      if (running !== null) throw new DataFolderError(`Domus runs already on ${path} (process ${running.pid})`);
      rmSync(pidFile, { force: true });
      try {
        closeSync(openSync(pidFile, 'wx', 0o600));
      } catch {
        throw new DataFolderError(`another "domus up" is just starting on ${path}`);
      }
      writeFileSync(pidFile, `${process.pid} ${startTime(process.pid)}`);
    },
    unlock: () => rmSync(pidFile, { force: true }),
  };
}

/** When a process began, in clock ticks since boot: with the pid it names one process for good. proc(5), field 22. */
function startTime(pid: number): string {
  try {
    return (
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[19] ?? ''
    );
  } catch {
    return '';
  }
}

/** Made once and kept, so that a folder that moves stays itself. */
function siteTag(path: string): string {
  const file = join(path, 'site-id');
  if (!existsSync(file)) writeFileSync(file, randomUUID(), { mode: 0o600 });
  return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 6);
}

import type { ChildProcess } from 'node:child_process';
import { chownSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { isAlive, ProgramError, run, spawnDaemon, until } from '../site/index.ts';

export interface PrivateServer {
  /** Connection string over the Unix socket in the data folder. */
  url: string;
  /** Starts the server again unless it runs. */
  ensure(): Promise<void>;
  /** Asks the server to end (fast shutdown) and waits for it. */
  stop(): Promise<void>;
}

interface Place {
  /** Folder of the cluster as seen from here, inside the data folder. */
  outside: string;
  /** The same folder as the server sees it. */
  inside: string;
  socket: string;
  asRoot: boolean;
  ids: { uid: number; gid: number };
}

/** Debian keeps the server's programs outside PATH; elsewhere they are on it. The newest wins. */
function programFolder(): string {
  const folders = globSync('/usr/lib/postgresql/*/bin').sort(
    (a, b) => Number(b.split('/')[4]) - Number(a.split('/')[4]),
  );
  const found = [...folders, '/usr/bin', '/usr/local/bin'].find((folder) => existsSync(join(folder, 'initdb')));
  if (found === undefined)
    throw new ProgramError(
      'postgres',
      'PostgreSQL’s server programs are missing',
      'install postgresql (Debian) or postgresql-server (Fedora)',
    );
  return found;
}

function userIds(name: string): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined)
    throw new ProgramError('postgres', `the system user "${name}" is missing`, 'it comes with the PostgreSQL package');
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * As root the server runs as the system user `postgres`. The data folder is closed to him (0700), so he sees his own
 * part of it, and nothing else of it, bound to /mnt in a mount namespace of his own.
 */
function command(place: Place, program: string, args: readonly string[]): [string, string[]] {
  if (!place.asRoot) return [program, [...args]];
  const script =
    'mount --bind "$1" /mnt && cd /mnt && shift && exec setpriv --reuid=postgres --regid=postgres --clear-groups --no-new-privs -- "$@"';
  return [
    'unshare',
    [
      '--mount',
      '--propagation',
      'private',
      '--',
      'sh',
      '-c',
      script,
      'domus-postgres',
      place.outside,
      program,
      ...args,
    ],
  ];
}

const pidOf = (place: Place): number | null => {
  const file = join(place.outside, 'data/postmaster.pid');
  if (!existsSync(file)) return null;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) && isPostgres(pid) ? pid : null;
};

/** A stale pid file may name somebody else's process after a restart of the machine. */
function isPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false;
  }
}

async function initialise(place: Place, folder: string): Promise<void> {
  const fresh = join(place.outside, 'fresh');
  rmSync(fresh, { recursive: true, force: true });
  const args = [
    '-D',
    join(place.inside, 'fresh'),
    '-U',
    'domus',
    '--auth=peer',
    '--encoding=UTF8',
    '--no-locale',
    '--no-instructions',
  ];
  await run(...command(place, join(folder, 'initdb'), args), { timeoutMs: 120_000 });
  writeFileSync(join(fresh, 'pg_hba.conf'), 'local all domus peer map=domus\n');
  const owner = place.asRoot ? 'root' : (process.env['USER'] ?? '');
  writeFileSync(join(fresh, 'pg_ident.conf'), `domus ${owner} domus\ndomus postgres domus\n`);
  // only a finished cluster carries the name `data`: a crash in between starts again from nothing
  await run('mv', [fresh, join(place.outside, 'data')]);
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts, or finds still running after a crash of the engine, the private server of a data folder.
 * Listens on a Unix socket only. Throws ProgramError with the end of the server's log.
 */
export async function startPrivateServer(dataFolder: string): Promise<PrivateServer> {
  const folder = programFolder();
  const asRoot = process.getuid?.() === 0;
  const outside = join(dataFolder, 'postgres');
  const ids = asRoot ? userIds('postgres') : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const place: Place = { outside, inside: asRoot ? '/mnt' : outside, socket: join(outside, 'run'), asRoot, ids };
  for (const each of [outside, place.socket]) {
    mkdirSync(each, { recursive: true, mode: 0o700 });
    chownSync(each, ids.uid, ids.gid);
  }
  if (!existsSync(join(outside, 'data/PG_VERSION'))) await initialise(place, folder);
  const url = `postgresql://domus@/postgres?host=${encodeURIComponent(place.socket)}`;
  const logFile = join(dataFolder, 'log/postgres.log');
  let child: ChildProcess | null = null;
  const launch = (): void => {
    if (pidOf(place) !== null || (child !== null && child.exitCode === null && child.signalCode === null)) return;
    const settings = {
      listen_addresses: '',
      unix_socket_directories: join(place.inside, 'run'),
      shared_buffers: '64MB',
      max_connections: '60',
      log_min_messages: 'warning',
      logging_collector: 'off',
    };
    const args = [
      '-D',
      join(place.inside, 'data'),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ];
    child = spawnDaemon(...command(place, join(folder, 'postgres'), args), logFile);
  };
  const ensure = async (): Promise<void> => {
    if (pidOf(place) !== null && (await answers(url))) return;
    // what a killed server left behind holds its memory for a moment: the start is tried again
    const up = async (): Promise<boolean> => {
      launch();
      return answers(url);
    };
    if (await until(up, 30_000)) return;
    const log = existsSync(logFile) ? readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('; ') : '';
    throw new ProgramError('postgres', 'did not answer within 30 s', log);
  };
  await ensure();
  return {
    url,
    ensure,
    async stop() {
      const pid = pidOf(place);
      if (pid === null) return;
      process.kill(pid, 'SIGINT');
      if (!(await until(() => !isAlive(pid), 30_000)))
        throw new ProgramError('postgres', `did not end within 30 s (process ${pid})`, '');
    },
  };
}

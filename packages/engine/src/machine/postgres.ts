import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileExists, readFolder } from './files.ts';

/** Oldest PostgreSQL that the migrations are written for. */
export const oldestPostgres = 15;

/**
 * Folder that holds initdb, postgres and pg_ctl of the newest PostgreSQL here, null where there is none new enough.
 * Debian and Ubuntu keep each major version in a folder of its own and off the PATH; Fedora has one, in /usr/bin.
 */
export function findPostgres(debianRoot = '/usr/lib/postgresql'): string | null {
  const versions = readFolder(debianRoot)
    .map(Number)
    .filter((version) => version >= oldestPostgres)
    .sort((a, b) => b - a);
  for (const version of versions) {
    const folder = join(debianRoot, String(version), 'bin');
    if (fileExists(join(folder, 'postgres')) && fileExists(join(folder, 'initdb'))) return folder;
  }
  if (!fileExists('/usr/bin/postgres') || !fileExists('/usr/bin/initdb')) return null;
  return postgresMajor('/usr/bin') >= oldestPostgres ? '/usr/bin' : null;
}

/** "postgres (PostgreSQL) 15.20 (Debian …)" → 15. */
function postgresMajor(folder: string): number {
  const answer = execFileSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8', timeout: 10_000 });
  return Number(/\) (\d+)/.exec(answer)?.[1] ?? 0);
}

import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { text } from '@domus/contract';
import { CommandFailed } from '../errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The remote engine that `domus login` signed in to. */
export interface SavedSession {
  readonly url: string;
  readonly token: string;
  readonly tokenId: string;
  /** PEM of the authority that signed the engine's certificate, where the system does not know it. */
  readonly ca: string | null;
}

function parseSession(content: string): SavedSession {
  const { url, token, tokenId, ca } = JSON.parse(content) as Record<keyof SavedSession, unknown>;
  if (typeof url !== 'string' || !URL.canParse(url)) throw new Error('url');
  if (typeof token !== 'string' || typeof tokenId !== 'string') throw new Error('token');
  if (typeof ca !== 'string' && ca !== null) throw new Error('ca');
  return { url, token, tokenId, ca };
}

const home = (environment: Environment) => environment['HOME'] || homedir();

export const settingsFile = (environment: Environment): string =>
  join(environment['XDG_CONFIG_HOME'] || join(home(environment), '.config'), 'domus', 'session.json');

export function readSession(environment: Environment): SavedSession | null {
  const file = settingsFile(environment);
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return parseSession(content);
  } catch (cause) {
    throw new CommandFailed(
      text(`${file} cannot be read; "domus logout" removes it`, `无法读取 ${file}；可用“domus logout”删除它`),
      { cause },
    );
  }
}

/** Only its owner may read it: it holds a token. */
export function writeSession(environment: Environment, session: SavedSession): void {
  const file = settingsFile(environment);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  chmodSync(dirname(file), 0o700);
  writeFileSync(`${file}.new`, `${JSON.stringify(session, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function removeSession(environment: Environment): void {
  rmSync(settingsFile(environment), { force: true });
}

/** Where the engine of this machine keeps everything, when nobody says otherwise; the engine has the same rule. */
export const defaultDataDir = (environment: Environment, userId: number): string =>
  userId === 0 ? '/var/lib/domus' : join(home(environment), '.local/share/domus');

export const socketOf = (dataDir: string): string => join(resolve(dataDir), 'run', 'api.sock');

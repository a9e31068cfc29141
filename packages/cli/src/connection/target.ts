import { text } from '@domus/contract';
import { UsageError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';
import { defaultDataDir, readSession, socketOf } from './settings.ts';

/** Which engine a command speaks to. */
export type Target =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'remote'; readonly url: URL; readonly token: string | null; readonly ca: string | null };

export interface TargetOptions {
  readonly dataDir?: string | undefined;
  readonly url?: string | undefined;
}

/**
 * First that is given: --url, --data-dir, DOMUS_URL, DOMUS_DATA_DIR, the engine signed in to, this machine's default.
 * A remote engine takes its token from DOMUS_TOKEN or from the sign-in at the same address.
 */
export function chooseTarget(options: TargetOptions, { environment, userId }: Terminal): Target {
  if (options.url !== undefined && options.dataDir !== undefined) {
    throw new UsageError(text('Give --url or --data-dir, not both', '--url 与 --data-dir 只能选其一'));
  }
  if (options.dataDir !== undefined) return { kind: 'socket', path: socketOf(options.dataDir) };
  const given = options.url ?? environment['DOMUS_URL'];
  if (given === undefined && environment['DOMUS_DATA_DIR']) {
    return { kind: 'socket', path: socketOf(environment['DOMUS_DATA_DIR']) };
  }
  const session = readSession(environment);
  if (given !== undefined) {
    const url = parseUrl(given);
    const known = session !== null && new URL(session.url).origin === url.origin ? session : null;
    return { kind: 'remote', url, token: environment['DOMUS_TOKEN'] || known?.token || null, ca: known?.ca ?? null };
  }
  if (session !== null) return { kind: 'remote', url: new URL(session.url), token: session.token, ca: session.ca };
  return { kind: 'socket', path: socketOf(defaultDataDir(environment, userId)) };
}

export function parseUrl(given: string): URL {
  const url = URL.parse(given);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(
      text(`Not an address: ${given} (expected https://name:port)`, `地址无效：${given}（应为 https://名称:端口）`),
    );
  }
  return url;
}

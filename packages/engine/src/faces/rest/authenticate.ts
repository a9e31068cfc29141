import { userInfo } from 'node:os';
import { DomusError } from '@domus/contract';
import type { FastifyRequest } from 'fastify';
import type { Database } from '../../database/index.ts';
import { type Caller, callerOfSession, callerOfToken, localCaller } from '../../identity/index.ts';

export const SESSION_COOKIE = 'domus_session';
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Sockets that came in over the Unix socket of the data folder. */
export class LocalSockets {
  readonly #sockets = new WeakSet<object>();
  add(socket: object): void {
    this.#sockets.add(socket);
  }
  has(request: FastifyRequest): boolean {
    return this.#sockets.has(request.raw.socket);
  }
}

/** Browsers name the page that a request comes from; a request of another page is none of ours. */
export function requireSameOrigin(headers: { origin?: string | undefined; host?: string | undefined }): void {
  const { origin, host } = headers;
  if (origin === undefined) return;
  if (!URL.canParse(origin) || new URL(origin).host !== host) throw new DomusError('ORIGIN_REFUSED', { origin });
}

/** Who asks: the local socket, a bearer token or a session cookie; null where nobody is signed in. */
export async function authenticate(db: Database, local: LocalSockets, request: FastifyRequest): Promise<Caller | null> {
  if (local.has(request)) return localCaller(userInfo().username);
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = /^Bearer ([\w-]+)$/.exec(authorization)?.[1];
    return token === undefined ? null : callerOfToken(db, token);
  }
  const cookie = request.cookies[SESSION_COOKIE];
  if (cookie === undefined) return null;
  if (!SAFE.has(request.method)) requireSameOrigin(request.headers);
  return callerOfSession(db, cookie);
}

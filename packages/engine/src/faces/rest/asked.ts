import { DomusError, type Route, type RouteName } from '@domus/contract';
import type { FastifyRequest } from 'fastify';
import { type Caller, mayAnywhere } from '../../identity/index.ts';
import { languageOf, parsed } from './problems.ts';

/** Before anything of the body is read: an upload's limit is none for what would be kept in memory. */
export function requireMediaType(route: Route, request: FastifyRequest): void {
  if (!route.upload && (route.body === undefined || request.headers['content-type'] === undefined)) return;
  const expected = route.upload ? 'application/octet-stream' : 'application/json';
  const type = request.headers['content-type'] ?? '';
  if (type.split(';')[0]?.trim().toLowerCase() !== expected)
    throw new DomusError('UNSUPPORTED_MEDIA_TYPE', { type, expected });
}

export function allowed(route: Route, caller: Caller | null): Caller {
  if (caller === null) throw new DomusError('NOT_SIGNED_IN');
  if (route.permission !== null && route.permission !== 'public' && !mayAnywhere(caller, route.permission))
    throw new DomusError('FORBIDDEN', { permission: route.permission });
  return caller;
}

/** What a request asks for and who asks; null where nobody is signed in. */
export interface Asked {
  name: RouteName;
  route: Route;
  who: Caller | null;
}
export const nobody: Caller = { userId: null, name: 'nobody', displayName: '', via: 'session', grants: [] };

export function inputOf(route: Route, request: FastifyRequest) {
  const language = languageOf(request);
  return {
    params: parsed(route.params, request.params, language),
    query: parsed(route.query, request.query, language),
    body: route.upload ? undefined : parsed(route.body, request.body, language),
  };
}

/** What the audit shall keep of it. */
export function entryOf({ name, route, who }: Asked, request: FastifyRequest) {
  const { id } = request.params as { id?: string };
  const named = (route.upload ? request.query : request.body) as { name?: unknown } | null | undefined;
  return {
    action: name,
    actor: (who ?? nobody).name,
    via: who === null ? ('nobody' as const) : who.via,
    resourceKind: name.split('.')[0] ?? null,
    resourceId: asGiven(id),
    resourceName: asGiven(named?.name),
  };
}

/** What somebody wrote, which may be anything, as the audit can keep it. */
const asGiven = (value: unknown): string | null =>
  typeof value === 'string' ? value.replaceAll('\0', '').slice(0, 200) : null;

import { existsSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { DomusError, type ErrorCode, errors, openapi, type Route, type RouteName, routes } from '@domus/contract';
import fastifyCookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { type Caller, mayAnywhere, writeAudit } from '../../identity/index.ts';
import type { Engine } from '../../wire.ts';
import { authenticate, LocalSockets } from './authenticate.ts';
import { docsPage } from './docs-page.ts';
import { streamEvents } from './event-stream.ts';
import { type Handlers, handlers } from './handlers.ts';
import { asDomusError, languageOf, parsed, problemOf } from './problems.ts';

export interface RestOptions {
  version: string;
  tls: { cert: string; key: string } | null;
  /** Names under which a browser may reach this address; anything else is refused (DNS rebinding). */
  hostNames: ReadonlySet<string>;
  /** The built console, or null where it was not built. */
  consoleFolder: string | null;
}

export interface RestFace {
  app: FastifyInstance;
  /** Serves the same on the Unix socket of the data folder, where whoever can open it is the administrator. */
  local: Server;
  replaceCertificate(tls: { cert: string; key: string }): void;
}

const BODY_LIMIT = 1 << 20;
const UPLOAD_LIMIT = 2 ** 42; // 4 TiB
/** A name of 200 characters in a path, percent-encoded. */
const MAX_NAME_BYTES = 200 * 12;
const CSP =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** The REST API under /api/v1, its documentation, and the console's files. */
export async function restFace(engine: Engine, options: RestOptions): Promise<RestFace> {
  const { db } = engine.database;
  const app = fastify({
    loggerInstance: engine.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: 0, // uploads take as long as they take
    connectionTimeout: 0,
    forceCloseConnections: true,
    genReqId: () => crypto.randomUUID(),
    routerOptions: { maxParamLength: MAX_NAME_BYTES },
    frameworkErrors: (error, request, reply) => void refuse(reply, request, asDomusError(error, request)),
    ...(options.tls === null ? {} : { https: options.tls }),
  }) as unknown as FastifyInstance;
  const sockets = new LocalSockets();
  await app.register(fastifyCookie);
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': CSP,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    if (options.tls !== null) reply.header('strict-transport-security', 'max-age=31536000');
    const name = request.hostname.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
    if (!sockets.has(request) && !options.hostNames.has(name.toLowerCase()))
      throw new DomusError('HOST_REFUSED', { host: name });
  });
  app.setErrorHandler((raw, request, reply) => {
    const error = asDomusError(raw, request);
    if (error.code === 'INTERNAL')
      engine.log.error(
        { reference: request.id, error: raw, method: request.method, path: request.routeOptions.url },
        'a request failed unexpectedly',
      );
    return refuse(reply, request, error);
  });

  const all = handlers(engine, options.version, options.tls !== null);
  for (const name of Object.keys(routes) as RouteName[]) {
    const route: Route = routes[name];
    app.route({
      method: route.method,
      url: `/api/v1${route.path}`,
      bodyLimit: route.upload ? UPLOAD_LIMIT : BODY_LIMIT,
      onRequest: async (request) => requireMediaType(route, request),
      handler: async (request, reply) => {
        const who = () => authenticate(db, sockets, request);
        if (name === 'event.stream')
          return streamEvents(engine, await allowed(route, await who()), request, reply, who);
        return answer(engine, all, name, route, await who(), request, reply);
      },
    });
  }
  app.get('/api/v1/openapi.json', async () => openapi(options.version));
  app.get('/api/docs', async (_, reply) => reply.type('text/html').send(docsPage(options.version)));
  app.all('/api/*', async (request) => {
    throw new DomusError('ROUTE_NOT_FOUND', { method: request.method, path: request.url });
  });
  await serveConsole(app, options.consoleFolder);
  await app.ready();

  const local = createHttpServer((request, response) => app.routing(request, response));
  local.on('connection', (socket) => sockets.add(socket));
  return { app, local, replaceCertificate: (tls) => (app.server as unknown as TlsServer).setSecureContext(tls) };
}

/** Before anything of the body is read: an upload's limit is none for what would be kept in memory. */
function requireMediaType(route: Route, request: FastifyRequest): void {
  if (!route.upload && (route.body === undefined || request.headers['content-type'] === undefined)) return;
  const expected = route.upload ? 'application/octet-stream' : 'application/json';
  const type = request.headers['content-type'] ?? '';
  if (type.split(';')[0]?.trim().toLowerCase() !== expected)
    throw new DomusError('UNSUPPORTED_MEDIA_TYPE', { type, expected });
}

async function allowed(route: Route, caller: Caller | null): Promise<Caller> {
  if (caller === null) throw new DomusError('NOT_SIGNED_IN');
  if (route.permission !== null && route.permission !== 'public' && !mayAnywhere(caller, route.permission))
    throw new DomusError('FORBIDDEN', { permission: route.permission });
  return caller;
}

const nobody: Caller = { userId: null, name: 'nobody', displayName: '', via: 'session', grants: [] };

async function answer(
  engine: Engine,
  all: Handlers,
  name: RouteName,
  route: Route,
  who: Caller | null,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  let caller = who ?? nobody;
  const about = () => {
    const { id } = request.params as { id?: string };
    const named = (route.upload ? request.query : request.body) as { name?: unknown } | null | undefined;
    return {
      action: name,
      actor: caller.name,
      via: who === null ? 'nobody' : caller.via,
      resourceKind: name.split('.')[0] ?? null,
      resourceId: asGiven(id),
      resourceName: asGiven(named?.name),
    };
  };
  try {
    if (route.permission !== 'public') caller = await allowed(route, who);
    const language = languageOf(request);
    const input = {
      params: parsed(route.params, request.params, language),
      query: parsed(route.query, request.query, language),
      body: route.upload ? undefined : parsed(route.body, request.body, language),
    };
    const handler = all[name as keyof Handlers] as (call: object) => Promise<unknown>;
    const result = await handler({ ...input, caller, request, reply });
    if (route.method !== 'GET') await writeAudit(engine.database.db, { ...about(), outcome: 'accepted', code: null });
    if (route.replyType !== undefined) reply.type(route.replyType).header('cache-control', 'no-store');
    return reply.status(route.status).send(result);
  } catch (raw) {
    const error = asDomusError(raw, request);
    if (route.method !== 'GET')
      await writeAudit(engine.database.db, { ...about(), outcome: 'refused', code: error.code });
    throw error.code === 'INTERNAL' ? raw : error;
  }
}

/** What somebody wrote, which may be anything, as the audit can keep it. */
const asGiven = (value: unknown): string | null =>
  typeof value === 'string' ? value.replaceAll('\0', '').slice(0, 200) : null;

function refuse(reply: FastifyReply, request: FastifyRequest, error: DomusError): FastifyReply {
  const { status } = errors[error.code satisfies ErrorCode];
  if (error.code === 'TOO_MANY_REQUESTS') reply.header('retry-after', String(error.parameters['seconds']));
  return reply.status(status).type('application/problem+json').send(problemOf(error, request));
}

/** The console's files; a path that is no file is a page of the console, which routes itself. */
async function serveConsole(app: FastifyInstance, folder: string | null): Promise<void> {
  const built = folder !== null && existsSync(`${folder}/index.html`);
  if (built) {
    await app.register(fastifyStatic, {
      root: folder,
      index: ['index.html'],
      preCompressed: true,
      setHeaders: (reply, path) =>
        void reply.header(
          'cache-control',
          path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        ),
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    const page = request.method === 'GET' && !request.url.split('?')[0]?.split('/').at(-1)?.includes('.');
    if (built && page) return reply.header('cache-control', 'no-cache').sendFile('index.html');
    return refuse(reply, request, new DomusError('ROUTE_NOT_FOUND', { method: request.method, path: request.url }));
  });
}

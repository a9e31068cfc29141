import { existsSync } from 'node:fs';
import { createServer as createHttpServer, type Server, STATUS_CODES } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import {
  DomusError,
  type ErrorCode,
  errors,
  openapi,
  type Route,
  type RouteName,
  routes,
  toProblem,
} from '@domus/contract';
import fastifyCookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { writeAudit } from '../../identity/index.ts';
import type { Engine } from '../../wire.ts';
import { type Asked, allowed, entryOf, inputOf, nobody, requireMediaType } from './asked.ts';
import { authenticate, LocalSockets } from './authenticate.ts';
import { docsPage } from './docs-page.ts';
import { streamEvents } from './event-stream.ts';
import { handlers } from './handlers.ts';
import { asDomusError, problemOf } from './problems.ts';

export interface RestOptions {
  version: string;
  tls: { cert: string; key: string } | null;
  /** Names under which a browser may reach this address; anything else is refused (DNS rebinding). */
  hostNames: ReadonlySet<string>;
  /** The built console, or null where it was not built. */
  consoleFolder: string | null;
}

type ClientError = Error & { code?: string };

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
/** 'wasm-unsafe-eval' allows compiling WebAssembly, and nothing else: SPICE's image decoders are a part of the page's own scripts. */
const CSP =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

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
    clientErrorHandler: (error, socket) => refuseBytes(socket, error),
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
  const asked = new WeakMap<FastifyRequest, Asked>();
  app.setErrorHandler(async (raw, request, reply) => {
    const error = asDomusError(raw, request);
    const what = asked.get(request);
    if (what !== undefined && request.method !== 'GET')
      await writeAudit(db, { ...entryOf(what, request), outcome: 'refused', code: error.code }).catch(
        (fault: unknown) => engine.log.error({ error: fault }, 'a refusal could not be written into the audit'),
      );
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
      // who asks is known, and refusals are written down, before anything of the body is read
      onRequest: async (request) => {
        const what: Asked = { name, route, who: null };
        asked.set(request, what);
        what.who = await authenticate(db, sockets, request);
        if (route.permission !== 'public') allowed(route, what.who);
        requireMediaType(route, request);
      },
      handler: async (request, reply) => {
        const what = asked.get(request) as Asked;
        if (name === 'event.stream') {
          const again = () => authenticate(db, sockets, request);
          return streamEvents(engine, allowed(route, what.who), request, reply, again);
        }
        const result = await all[name]({
          ...inputOf(route, request),
          caller: what.who ?? nobody,
          request,
          reply,
        } as never);
        if (route.method !== 'GET')
          await writeAudit(db, { ...entryOf(what, request), outcome: 'accepted', code: null });
        if (route.replyType !== undefined) reply.type(route.replyType).header('cache-control', 'no-store');
        return reply.status(route.status).send(result);
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
  local.on('clientError', (error: ClientError, socket: Socket) => refuseBytes(socket, error));
  return { app, local, replaceCertificate: (tls) => (app.server as unknown as TlsServer).setSecureContext(tls) };
}

function refuse(reply: FastifyReply, request: FastifyRequest, error: DomusError): FastifyReply {
  const { status } = errors[error.code satisfies ErrorCode];
  if (error.code === 'TOO_MANY_REQUESTS') reply.header('retry-after', String(error.parameters['seconds']));
  return reply.status(status).type('application/problem+json').send(problemOf(error, request));
}

/** Bytes that are no HTTP request: nothing in them can be trusted, not even the language asked for. */
function refuseBytes(socket: Socket, { code }: ClientError): void {
  if (socket.destroyed || !socket.writable || code === 'ECONNRESET') return void socket.destroy();
  const error = new DomusError(code === 'HPE_HEADER_OVERFLOW' ? 'HEADERS_TOO_LARGE' : 'MALFORMED_REQUEST');
  const body = JSON.stringify(toProblem(error, 'en'));
  const { status } = errors[error.code];
  const head = [
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...head, '', body].join('\r\n'));
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

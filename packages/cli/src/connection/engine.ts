import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import {
  type Client,
  createClient,
  Event,
  type Language,
  type RouteName,
  readReply,
  routePath,
  routes,
} from '@domus/contract';
import { readBody, send } from './http.ts';
import { serverSentEvents } from './server-sent-events.ts';
import type { Target } from './target.ts';

interface Parts {
  readonly params?: Record<string, unknown>;
  readonly query?: Record<string, unknown>;
  readonly body?: unknown;
}

/** The longest that an answer may take to begin; a program in a guest may run for 600 s. */
const answerLimitMs = 630_000;

/** An engine, by its API. Errors of every call: ApiError (refused), ApiUnreachable, the signal's reason. */
export interface Engine {
  readonly target: Target;
  readonly language: Language;
  /** The typed client of every JSON route. */
  readonly client: Client;
  /** The same for code that treats many routes alike. */
  call(route: RouteName, parts?: Parts, signal?: AbortSignal): Promise<unknown>;
  /** Routes that answer something other than JSON. */
  bytes(route: RouteName, parts: Parts, signal: AbortSignal): Promise<Buffer>;
  /** Routes that take a file. */
  upload(route: RouteName, parts: Parts, body: Readable, sizeBytes: number, signal: AbortSignal): Promise<unknown>;
  /** Changes as they happen, from `after` on; ends when the engine closes the stream. `opened` when it stands. */
  events(options: { after?: number | undefined; signal: AbortSignal; opened?: () => void }): AsyncGenerator<Event>;
}

export function connectEngine(target: Target, language: Language): Engine {
  const within = (signal: AbortSignal | undefined) =>
    AbortSignal.any([...(signal ? [signal] : []), AbortSignal.timeout(answerLimitMs)]);
  const client = createClient(
    async (request) => {
      const incoming = await send(target, { ...request, signal: within(request.signal) });
      return { status: incoming.statusCode!, text: (await readBody(incoming)).toString() };
    },
    () => language,
  );
  const open = async (route: RouteName, parts: Parts, headers: Record<string, string>, signal: AbortSignal) => {
    const incoming = await send(target, {
      method: routes[route].method,
      path: routePath(route, parts),
      headers: { 'accept-language': language, ...headers },
      signal,
    });
    if (incoming.statusCode! >= 400) await throwRefusal(incoming);
    return incoming;
  };
  return {
    target,
    language,
    client,
    call: client.call,
    async bytes(route, parts, signal) {
      return await readBody(await open(route, parts, { accept: '*/*' }, within(signal)));
    },
    async upload(route, parts, body, sizeBytes, signal) {
      const headers = {
        accept: 'application/json',
        'accept-language': language,
        'content-type': 'application/octet-stream',
        'content-length': String(sizeBytes),
      };
      const path = routePath(route, parts);
      const incoming = await send(target, { method: routes[route].method, path, headers, body, signal });
      return readReply({ status: incoming.statusCode!, text: (await readBody(incoming)).toString() });
    },
    async *events({ after, signal, opened }) {
      const resume: Record<string, string> = after === undefined ? {} : { 'last-event-id': String(after) };
      const incoming = await open('event.stream', {}, { accept: 'text/event-stream', ...resume }, signal);
      opened?.();
      for await (const { data } of serverSentEvents(incoming)) yield Event.parse(JSON.parse(data));
    },
  };
}

async function throwRefusal(incoming: IncomingMessage): Promise<never> {
  readReply({ status: incoming.statusCode!, text: (await readBody(incoming)).toString() });
  throw new Error('a refusal without a problem');
}

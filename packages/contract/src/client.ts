import { Problem } from './problem.ts';
import type { Reply, Route, Sent } from './route.ts';
import { type RouteName, type Routes, routes } from './routes/index.ts';

/** A refusal of the engine. `problem` carries its code, its field and its text in the client's language. */
export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.title);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

/** The engine could not be reached, or what answered is not an engine. */
export class ApiUnreachable extends Error {
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'ApiUnreachable';
  }
}

export interface ApiRequest {
  method: string;
  /** Path and query, from /api/v1 on. */
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
  signal: AbortSignal | undefined;
}
export interface ApiResponse {
  status: number;
  text: string;
}
/** Carries one request; a browser's fetch and a Unix socket are transports alike. */
export type Transport = (request: ApiRequest) => Promise<ApiResponse>;

type Arguments<R extends Route> =
  object extends Sent<R> ? [sent?: Sent<R>, signal?: AbortSignal] : [sent: Sent<R>, signal?: AbortSignal];

export interface Client {
  call<N extends RouteName>(name: N, ...given: Arguments<Routes[N]>): Promise<Reply<Routes[N]>>;
}

interface Parts {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** Path with its parameters and query filled in, from /api/v1 on. */
export function routePath(name: RouteName, parts: Parts = {}): string {
  const path = routes[name].path.replace(/:(\w+)/g, (_, key: string) =>
    encodeURIComponent(String(parts.params?.[key])),
  );
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(parts.query ?? {})) {
    if (value !== undefined) query.set(key, String(value));
  }
  const search = query.toString();
  return `/api/v1${path}${search === '' ? '' : `?${search}`}`;
}

/** A typed client of every JSON route. Errors: ApiError (refused), ApiUnreachable. */
export function createClient(transport: Transport, language: () => string): Client {
  return {
    async call(name, ...given) {
      const [sent = {}, signal] = given as [Parts?, AbortSignal?];
      const headers: Record<string, string> = { accept: 'application/json', 'accept-language': language() };
      if (sent.body !== undefined) headers['content-type'] = 'application/json';
      const body = sent.body === undefined ? undefined : JSON.stringify(sent.body);
      const response = await transport({
        method: routes[name].method,
        path: routePath(name, sent),
        headers,
        body,
        signal,
      });
      return readReply(response) as never;
    },
  };
}

/** Reads an answer: its JSON, nothing for 204, or throws ApiError. */
export function readReply(response: ApiResponse): unknown {
  if (response.status === 204) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(response.text);
  } catch (cause) {
    throw new ApiUnreachable(`status ${response.status} without JSON: is this a Domus engine?`, { cause });
  }
  if (response.status < 400) return json;
  const problem = Problem.safeParse(json);
  if (!problem.success)
    throw new ApiUnreachable(`status ${response.status} without a problem: is this a Domus engine?`);
  throw new ApiError(problem.data);
}

import type { z } from 'zod';
import type { Permission } from './permissions.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * One call of the API as data. `permission` null means: whoever is signed in; 'public' means: anybody.
 * `status` is what success answers; 202 carries the Operation that does the work.
 */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly permission: Permission | null | 'public';
  readonly status: 200 | 201 | 202 | 204;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The body is a byte stream (application/octet-stream) and not JSON. */
  readonly upload?: true;
  readonly reply?: z.ZodType;
  /** What is answered is not JSON. */
  readonly replyType?: 'text/event-stream' | 'image/png' | 'text/plain';
}

type Out<T> = T extends z.ZodType ? z.output<T> : undefined;
type In<T> = T extends z.ZodType ? z.input<T> : undefined;
type Field<R, K extends string> = R extends Record<K, infer T> ? T : undefined;

/** What a handler receives, parsed. */
export interface Received<R extends Route> {
  params: Out<Field<R, 'params'>>;
  query: Out<Field<R, 'query'>>;
  body: Out<Field<R, 'body'>>;
}
export type Reply<R extends Route> = Out<Field<R, 'reply'>>;

type Part<K extends string, T> = T extends undefined
  ? { [P in K]?: never }
  : object extends T
    ? { [P in K]?: T }
    : { [P in K]: T };
/** What a caller gives: only the parts that the route has; a part whose every field has a default may be left out. */
export type Sent<R extends Route> = Part<'params', In<Field<R, 'params'>>> &
  Part<'query', In<Field<R, 'query'>>> &
  Part<'body', In<Field<R, 'body'>>>;

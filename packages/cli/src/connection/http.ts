import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiUnreachable } from '@domus/contract';
import type { Target } from './target.ts';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Readable | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends one request and answers when the status line is there. Errors: ApiUnreachable where nothing answers;
 * the signal's reason where it was aborted.
 */
export async function send(target: Target, request: HttpRequest): Promise<IncomingMessage> {
  const outgoing = open(target, request);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      if (request.signal?.aborted) reject(request.signal.reason);
      else reject(unreachable(target, error));
    });
  });
  if (request.body === undefined || typeof request.body === 'string') outgoing.end(request.body);
  else void sendStream(request.body, outgoing);
  return await answered;
}

/** A stream that breaks breaks the request, whose "error" event tells it; an early refusal may end the sending. */
async function sendStream(body: Readable, outgoing: ClientRequest): Promise<void> {
  try {
    await pipeline(body, outgoing);
  } catch (error) {
    outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function open(target: Target, { method, path, headers, signal }: HttpRequest): ClientRequest {
  const common = { method, path, ...(signal ? { signal } : {}) };
  if (target.kind === 'socket') {
    return httpRequest({ ...common, socketPath: target.path, headers: { ...headers, host: 'localhost' } });
  }
  const { url, token, ca } = target;
  const authorised = token === null ? headers : { ...headers, authorization: `Bearer ${token}` };
  const place = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (url.protocol === 'https:' ? 443 : 80),
  };
  if (url.protocol === 'http:') return httpRequest({ ...common, ...place, headers: authorised });
  return httpsRequest({ ...common, ...place, headers: authorised, ...(ca === null ? {} : { ca }) });
}

function unreachable(target: Target, error: NodeJS.ErrnoException): ApiUnreachable {
  const place = target.kind === 'socket' ? target.path : target.url.origin;
  return new ApiUnreachable(`${place}: ${error.code ?? error.message}`, { cause: error });
}

/** The whole body of an answer; refuses more than `limit` bytes. */
export async function readBody(incoming: IncomingMessage, limit = 64 * 1024 * 1024): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new ApiUnreachable(`an answer of more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

import { type ApiRequest, ApiUnreachable, createClient, readReply } from '@domus/contract/client';
import { language } from './language.ts';

/** Longest wait for an answer; work that takes longer is an Operation and answers at once. */
const deadlineMs = 30_000;

async function overFetch({ method, path, headers, body, signal }: ApiRequest) {
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    const response = await fetch(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ApiUnreachable('the engine does not answer', { cause });
  }
}

/** The engine that served this page. Errors: ApiError (refused), ApiUnreachable. */
export const api = createClient(overFetch, language);

/** Fetches what is not JSON: a screenshot, a definition. */
export async function fetchRaw(path: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      headers: { 'accept-language': language() },
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new ApiUnreachable('the engine does not answer', { cause });
  }
  if (!response.ok) readReply({ status: response.status, text: await response.text() });
  return response;
}

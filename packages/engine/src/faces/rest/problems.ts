import type { IncomingHttpHeaders } from 'node:http';
import { DomusError, type ErrorCode, type Language, type Problem, text, toProblem } from '@domus/contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isDatabaseAway } from '../../database/index.ts';

/** The language of an answer: Chinese where the request prefers any Chinese, English otherwise. */
export function languageOf({ headers }: { headers: IncomingHttpHeaders }): Language {
  const first = headers['accept-language']?.split(',')[0]?.trim().toLowerCase() ?? '';
  return first.startsWith('zh') ? 'zh-CN' : 'en';
}

const chinese = z.locales.zhCN().localeError;

/** Parses a part of a request. Errors: INVALID_INPUT with the path of the first field at fault. */
export function parsed<T extends z.ZodType>(type: T | undefined, value: unknown, language: Language): z.output<T> {
  if (type === undefined) return undefined as z.output<T>;
  const result = type.safeParse(value ?? {}, language === 'zh-CN' ? { error: chinese } : {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const extra = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const field = [...(issue?.path ?? []), ...extra.slice(0, 1)].join('.') || '(body)';
  throw new DomusError('INVALID_INPUT', {
    field,
    reason:
      extra.length > 0
        ? text('there is no such field', '没有这个字段')
        : (issue?.message ?? text('not understood', '无法理解')),
  });
}

interface FastifyFault {
  code?: string;
  statusCode?: number;
  message: string;
}

const fastifyFaults: Readonly<Record<string, (fault: FastifyFault, request: FastifyRequest) => DomusError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (_, request) =>
    new DomusError('BODY_TOO_LARGE', { limit: request.routeOptions.bodyLimit }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (_, request) =>
    new DomusError('UNSUPPORTED_MEDIA_TYPE', {
      type: request.headers['content-type'] ?? '',
      expected: 'application/json',
    }),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new DomusError('MALFORMED_BODY', { reason: text('it is empty', '内容为空') }),
  FST_ERR_CTP_INVALID_JSON_BODY: (fault) => new DomusError('MALFORMED_BODY', { reason: fault.message }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new DomusError('MALFORMED_BODY', {
      reason: text('its length is not the Content-Length', '其长度与 Content-Length 不符'),
    }),
  FST_ERR_BAD_URL: (_, request) => new DomusError('ROUTE_NOT_FOUND', { method: request.method, path: request.url }),
};

/** Any error as a DomusError. What nobody expected becomes INTERNAL, under a reference that the log has. */
export function asDomusError(error: unknown, request: FastifyRequest): DomusError {
  if (error instanceof DomusError) return error;
  const fault = error as FastifyFault;
  if (isDatabaseAway(error)) return new DomusError('DATABASE_AWAY', { reason: fault.message }, { cause: error });
  const known = fastifyFaults[fault.code ?? ''];
  if (known !== undefined) return known(fault, request);
  if (error instanceof SyntaxError && fault.statusCode === 400)
    return new DomusError('MALFORMED_BODY', { reason: error.message });
  if (fault.statusCode === 403 || fault.statusCode === 404)
    // a path that leads out of the console's folder
    return new DomusError('ROUTE_NOT_FOUND', { method: request.method, path: request.url });
  if (fault.statusCode !== undefined && fault.statusCode < 500)
    return new DomusError('MALFORMED_BODY', { reason: fault.message });
  return new DomusError('INTERNAL' satisfies ErrorCode, { reference: request.id }, { cause: error });
}

export const problemOf = (error: DomusError, request: FastifyRequest): Problem => toProblem(error, languageOf(request));

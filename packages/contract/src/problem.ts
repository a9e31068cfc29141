import { z } from 'zod';
import { type DomusError, errors, errorText } from './errors.ts';
import type { Language } from './text.ts';

/** RFC 9457 problem details, as every refused request and every failed operation carries them. */
export const Problem = z.object({
  type: z.string().meta({ example: 'urn:domus:error:NOT_FOUND' }),
  title: z.string().meta({ description: 'the text in the language of the request' }),
  status: z.int(),
  code: z.string(),
  field: z.string().nullable().meta({ description: 'JSON path of the offending input' }),
  parameters: z
    .record(z.string(), z.union([z.string(), z.number(), z.object({ en: z.string(), 'zh-CN': z.string() })]))
    .meta({ description: 'what the text names; a sentence is there in both languages' }),
  retryable: z.boolean(),
  operationId: z.string().nullable(),
});
export type Problem = z.infer<typeof Problem>;

export function toProblem(error: DomusError, language: Language, operationId: string | null = null): Problem {
  return {
    type: `urn:domus:error:${error.code}`,
    title: errorText(error.code, error.parameters, language),
    status: errors[error.code].status,
    code: error.code,
    field: error.field,
    parameters: { ...error.parameters },
    retryable: errors[error.code].retryable,
    operationId,
  };
}

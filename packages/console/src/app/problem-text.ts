import { ApiError, ApiUnreachable, errorText, isErrorCode, type Problem } from '@domus/contract';
import i18next from 'i18next';
import { language } from './language.ts';

/** A problem in the language of the page, whatever language it was written in. */
export function problemText(problem: Problem): string {
  return isErrorCode(problem.code) ? errorText(problem.code, problem.parameters, language()) : problem.title;
}

export interface Failure {
  /** Code of the table of errors, or null where no engine answered. */
  code: string | null;
  text: string;
}

/** Anything that a call may throw, as a person can read it. */
export function failure(error: unknown): Failure {
  if (error instanceof ApiError) return { code: error.problem.code, text: problemText(error.problem) };
  if (error instanceof ApiUnreachable) return { code: null, text: i18next.t('common.unreachable') };
  return { code: null, text: error instanceof Error ? error.message : String(error) };
}

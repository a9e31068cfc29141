import type { Texts } from '../locales/texts.ts';

/** The part of a schema's issue that a text is made from. */
export interface Issue {
  path: readonly PropertyKey[];
  code: string;
  message: string;
  input?: unknown;
  minimum?: number | bigint;
  maximum?: number | bigint;
  origin?: string;
}

type ValidationKey = `validation.${keyof Texts['validation'] & string}`;
export type Rules = Readonly<Record<string, ValidationKey>>;

/** Which text tells a person what is wrong: the field's own rule where it has one, else the kind of the issue. */
export function issueKey(issue: Issue, path: string, rules: Rules): ValidationKey {
  const rule = rules[path];
  if (rule !== undefined) return rule;
  if (issue.code === 'too_small') {
    if (issue.origin === 'string') return issue.minimum === 1 ? 'validation.required' : 'validation.tooShort';
    return 'validation.tooSmall';
  }
  if (issue.code === 'too_big') return issue.origin === 'string' ? 'validation.tooLong' : 'validation.tooLarge';
  if (issue.code === 'invalid_type') return 'validation.required';
  return 'validation.invalid';
}

/** A field as the engine names it ("$.guestUser.sshKeys[0]", "/name") in the form's own way: guestUser.sshKeys.0. */
export const pathText = (field: string): string =>
  field
    .replace(/^(\$|body)(?=[./[])/, '')
    .replace(/\[(\w+)\]/g, '.$1')
    .replaceAll('/', '.')
    .replace(/^\./, '');

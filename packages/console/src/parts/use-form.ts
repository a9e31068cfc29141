import { ApiError } from '@domus/contract/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '../app/problem-text.ts';
import { type Issue, issueKey, pathText, type Rules } from './form-issues.ts';

/** What this needs of a schema of the contract. */
interface Schema {
  safeParse(input: unknown): { success: true } | { success: false; error: { issues: readonly Issue[] } };
}

interface Options<V> {
  /** What the engine will check too. */
  schema: Schema;
  initial: V;
  /** The body that is sent, made from what the fields hold. */
  body: (values: V) => unknown;
  /** Field path → the text that states its rule. */
  rules?: Rules;
}

export interface Field {
  id: string;
  error: string | undefined;
  onBlur: () => void;
}

/**
 * The state of a form. A field shows its error once it was left or the form was submitted; refusals of the engine
 * (problem+json with a field) appear at their field, others under the form.
 */
export function useForm<V extends object>({ schema, initial, body, rules = {} }: Options<V>) {
  const { t } = useTranslation();
  const [values, setValues] = useState(initial);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [submitted, setSubmitted] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);

  const parsed = schema.safeParse(body(values));
  const issues = parsed.success ? [] : parsed.error.issues;
  const refusedField = refusal instanceof ApiError ? refusal.problem.field : null;
  const belongs = (path: string, of: string) => of === path || of.startsWith(`${path}.`);

  const errorOf = (path: string, always = false): string | undefined => {
    if (refusedField !== null && refusal instanceof ApiError && belongs(path, pathText(refusedField))) {
      return problemText(refusal.problem);
    }
    if (!always && !submitted && !touched.has(path)) return undefined;
    const issue = issues.find((each) => belongs(path, each.path.join('.')));
    return issue === undefined ? undefined : t(issueKey(issue, path, rules), { ...issue });
  };

  return {
    values,
    body: body(values),
    change: (patch: Partial<V>) => {
      setValues((old) => ({ ...old, ...patch }));
      setRefusal(null);
    },
    field: (path: string): Field => ({
      id: `field-${path.replaceAll('.', '-')}`,
      error: errorOf(path),
      onBlur: () => setTouched((old) => new Set(old).add(path)),
    }),
    /** Whether these fields (none named: all) are right; shows their errors. */
    check: (...paths: string[]): boolean => {
      if (paths.length === 0) setSubmitted(true);
      else setTouched((old) => new Set([...old, ...paths]));
      return paths.length === 0 ? parsed.success : paths.every((path) => errorOf(path, true) === undefined);
    },
    /** Empties the form, as if it had just been opened. */
    reset: () => {
      setValues(initial);
      setTouched(new Set());
      setSubmitted(false);
      setRefusal(null);
    },
    /** Takes what the engine refused. */
    refuse: setRefusal,
    /** A refusal that no field shows. */
    refusal: refusedField === null ? refusal : null,
    /** Path of the field that the engine refused. */
    refusedPath: refusedField === null ? null : pathText(refusedField),
  };
}

export type Form<V extends object> = ReturnType<typeof useForm<V>>;

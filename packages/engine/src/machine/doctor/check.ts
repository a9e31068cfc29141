import type { Text } from '@domus/contract';

/** One thing looked at: how it is, and what to do where it is not good. */
export interface Check {
  readonly id: string;
  /** warn: something is narrower than it could be; fail: Domus or its guests do not work so. */
  readonly state: 'ok' | 'warn' | 'fail';
  readonly title: Text;
  readonly detail: Text;
  readonly remedy: Text | null;
}

type Outcome = Pick<Check, 'state' | 'detail' | 'remedy'>;
export const ok = (detail: Text): Outcome => ({ state: 'ok', detail, remedy: null });
export const warn = (detail: Text, remedy: Text | null): Outcome => ({ state: 'warn', detail, remedy });
export const fail = (detail: Text, remedy: Text): Outcome => ({ state: 'fail', detail, remedy });
export const check = (id: string, title: Text, outcome: Outcome): Check => ({ id, title, ...outcome });

/** What was compared and what was not, and why. */
import type { ProcedureName } from '../../caller.ts';
import { eventMessages } from '../../generated/events.ts';
import { procedures } from '../../generated/procedures.ts';
import { readNothing } from '../../rpc/procedure.ts';
import type { Coverage } from './coverage.ts';
import { ALWAYS_REFUSED, NOT_COMPARED, NOT_PROVOKED } from './reasons.ts';

export interface Report {
  readonly succeeded: readonly string[];
  readonly refused: readonly string[];
  /** Procedures and events without a reason, and reasons that do not hold. */
  readonly unexplained: readonly string[];
  readonly text: string;
}

export function report(coverage: Coverage): Report {
  const all = Object.keys(procedures);
  const succeeded = all.filter((name) => coverage.succeeded.has(name));
  const refused = all.filter((name) => !coverage.succeeded.has(name) && coverage.refused.has(name));
  const left = all.filter((name) => !coverage.succeeded.has(name) && !coverage.refused.has(name));
  const events = Object.keys(eventMessages);
  const unseen = events.filter((name) => !coverage.events.has(name));
  const wireOnly = succeeded.filter((name) => !coverage.valued.has(name) && hasResult(name as ProcedureName));
  const text = [
    `${all.length} procedures: ${succeeded.length} succeeded through both clients with equal results`,
    `(${wireOnly.length} of those with a result compared on the wire only), ${refused.length} were refused to both in the same`,
    `words, ${left.length} were not compared. ${coverage.calls} calls compared.`,
    `On the wire only: ${wireOnly.join(', ')}.`,
    `${events.length} event messages: ${events.length - unseen.length} came to both with equal payloads.`,
    ...section('Refused to both', refused, ALWAYS_REFUSED),
    ...section('Not compared', left, NOT_COMPARED),
    ...section('Events not provoked', unseen, NOT_PROVOKED),
  ].join('\n');
  const unexplained = [
    ...misfits(refused, ALWAYS_REFUSED),
    ...misfits(left, NOT_COMPARED),
    ...misfits(unseen, NOT_PROVOKED),
  ];
  return { succeeded, refused, unexplained, text };
}

function hasResult(name: ProcedureName): boolean {
  return procedures[name].decodeRet !== readNothing;
}

function section(title: string, names: readonly string[], reasons: Readonly<Record<string, string>>): string[] {
  return ['', `${title}:`, ...names.map((name) => `  ${name}: ${reasons[name] ?? 'no reason is known'}`)];
}

function misfits(names: readonly string[], reasons: Readonly<Record<string, string>>): string[] {
  return [
    ...names.filter((name) => !(name in reasons)).map((name) => `${name}: why not?`),
    ...Object.keys(reasons)
      .filter((name) => !names.includes(name))
      .map((name) => `${name}: not so: ${reasons[name]}`),
  ];
}

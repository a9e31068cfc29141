import { DomusError } from '@domus/contract';
import { type RawBuilder, sql } from 'kysely';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `where id = … ` or `where name = …`, by what was asked for; ids win over names. */
export const byIdOrName = (table: string, asked: string): RawBuilder<boolean> =>
  UUID.test(asked)
    ? sql<boolean>`${sql.ref(`${table}.id`)} = ${asked.toLowerCase()}`
    : sql<boolean>`${sql.ref(`${table}.name`)} = ${asked}`;

/** The one that was meant. Errors: NOT_FOUND, AMBIGUOUS_NAME. */
export function theOne<T>(rows: readonly T[], kind: string, asked: string, field?: string): T {
  const [first, second] = rows;
  const at = field === undefined ? {} : { field };
  if (first === undefined) throw new DomusError('NOT_FOUND', { kind, id: asked }, at);
  if (second !== undefined) throw new DomusError('AMBIGUOUS_NAME', { kind, name: asked }, at);
  return first;
}

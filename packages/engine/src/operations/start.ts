import { randomUUID } from 'node:crypto';
import { DomusError, type Operation, type Step } from '@domus/contract';
import { sql } from 'kysely';
import { isUniqueViolation, type Queries } from '../database/index.ts';
import { record } from '../events/index.ts';
import type { OperationKind } from './kind.ts';
import { activeStates, toOperation } from './table.ts';

export const OPERATIONS_CHANNEL = 'domus_operations';

export interface Start<Input extends object> {
  kind: OperationKind<Input>;
  resource: { id: string; name: string };
  projectId: string | null;
  input: Input;
  by: string;
}

/**
 * Writes an operation down, in the transaction that makes its resource; it runs once that commits.
 * Throws DomusError BUSY where another works on the resource.
 */
export async function startOperation<Input extends object>(tx: Queries, start: Start<Input>): Promise<Operation> {
  const steps: Step[] = start.kind.steps.map(({ name }) => ({
    name,
    state: 'pending',
    progress: 0,
    message: null,
    startedAt: null,
    endedAt: null,
  }));
  const { resource, kind } = start;
  // looked at first, so that the usual refusal does not end the caller's transaction; the index decides a race
  const exclusive = kind.exclusive ?? true;
  const busy =
    exclusive &&
    (await tx
      .selectFrom('operations')
      .select('kind')
      .where('resource_id', '=', resource.id)
      .where('exclusive', '=', true)
      .where('state', 'in', activeStates)
      .executeTakeFirst());
  if (busy) throw new DomusError('BUSY', { operation: busy.kind, kind: kind.resourceKind, name: resource.name });
  try {
    const row = await tx
      .insertInto('operations')
      .values({
        id: randomUUID(),
        kind: kind.kind,
        state: 'queued',
        steps: JSON.stringify(steps),
        input: JSON.stringify(start.input),
        resource_kind: kind.resourceKind,
        resource_id: resource.id,
        resource_name: resource.name,
        project_id: start.projectId,
        created_by: start.by,
        exclusive,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await record(tx, { type: 'created', kind: 'operation', id: row.id, name: row.kind, projectId: row.project_id });
    await sql`select pg_notify(${OPERATIONS_CHANNEL}, '')`.execute(tx);
    return toOperation(row);
  } catch (error) {
    if (isUniqueViolation(error, 'operations_active'))
      throw new DomusError('BUSY', { operation: '?', kind: kind.resourceKind, name: resource.name });
    throw error;
  }
}

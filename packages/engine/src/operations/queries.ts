import { DomusError, type Operation, type OperationState } from '@domus/contract';
import { sql } from 'kysely';
import type { Database } from '../database/index.ts';
import { record } from '../events/index.ts';
import { OPERATIONS_CHANNEL } from './start.ts';
import { activeStates, type OperationRow, toOperation } from './table.ts';

interface Filter {
  state?: OperationState | undefined;
  resourceId?: string | undefined;
  limit: number;
  /** Only of these projects (and of none); null: all. */
  projects: readonly string[] | null;
}

export async function listOperations(db: Database, filter: Filter): Promise<Operation[]> {
  let query = db.selectFrom('operations').selectAll().orderBy('created_at', 'desc').limit(filter.limit);
  if (filter.state) query = query.where('state', '=', filter.state);
  if (filter.resourceId) query = query.where('resource_id', '=', filter.resourceId);
  const { projects } = filter;
  if (projects !== null)
    query = query.where((e) =>
      e.or([e('project_id', 'is', null), ...(projects.length > 0 ? [e('project_id', 'in', projects)] : [])]),
    );
  return (await query.execute()).map(toOperation);
}

export async function findOperation(db: Database, id: string): Promise<OperationRow> {
  const row = await db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new DomusError('NOT_FOUND', { kind: 'operation', id });
  return row;
}

/** Asks an operation to stop; what it did is undone. `uncancellable` are the kinds that only go forward. */
export async function cancelOperation(
  db: Database,
  id: string,
  by: string,
  uncancellable: ReadonlySet<string>,
): Promise<Operation> {
  const row = await findOperation(db, id);
  if (!activeStates.includes(row.state as 'running') || row.state === 'undoing' || uncancellable.has(row.kind)) {
    throw new DomusError('NOT_CANCELLABLE', { state: row.state });
  }
  await db.transaction().execute(async (tx) => {
    await tx
      .updateTable('operations')
      .set({ cancel_requested: true, cancelled_by: by })
      .where('id', '=', id)
      .where('state', 'in', ['queued', 'running'])
      .execute();
    await record(tx, { type: 'changed', kind: 'operation', id, name: row.kind, projectId: row.project_id });
    await sql`select pg_notify(${OPERATIONS_CHANNEL}, '')`.execute(tx);
  });
  return toOperation(await findOperation(db, id));
}

import type { AuditEntry } from '@domus/contract';
import type { Database } from '../database/index.ts';

/** Who asked for which change, and whether it was let in. Written for every unsafe call, also the refused. */
export async function writeAudit(db: Database, entry: Omit<AuditEntry, 'id' | 'at'>): Promise<void> {
  const { actor, via, action, outcome, code } = entry;
  await db
    .insertInto('audit_entries')
    .values({
      actor,
      via,
      action,
      outcome,
      code,
      resource_kind: entry.resourceKind,
      resource_id: entry.resourceId,
      resource_name: entry.resourceName,
    })
    .execute();
}

export async function listAudit(
  db: Database,
  query: { limit: number; before?: number | undefined },
): Promise<AuditEntry[]> {
  let select = db.selectFrom('audit_entries').selectAll().orderBy('id', 'desc').limit(query.limit);
  if (query.before !== undefined) select = select.where('id', '<', query.before);
  return (await select.execute()).map((row) => ({
    id: row.id,
    at: row.at.toISOString(),
    actor: row.actor,
    via: row.via,
    action: row.action,
    resourceKind: row.resource_kind,
    resourceId: row.resource_id,
    resourceName: row.resource_name,
    outcome: row.outcome,
    code: row.code,
  }));
}

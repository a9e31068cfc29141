import type { StoragePool } from '@domus/contract';
import { byIdOrName, type Database, type Queries, theOne } from '../database/index.ts';
import { record } from '../events/index.ts';
import type { HostLink } from '../hypervisor/port.ts';

const poolQuery = (db: Queries) =>
  db
    .selectFrom('storage_pools')
    .innerJoin('hosts', 'hosts.id', 'storage_pools.host_id')
    .selectAll('storage_pools')
    .select('hosts.name as host_name')
    .orderBy('storage_pools.name');
type PoolRow = Awaited<ReturnType<ReturnType<typeof poolQuery>['execute']>>[number];

const toPool = (row: PoolRow): StoragePool => ({
  id: row.id,
  name: row.name,
  host: { id: row.host_id, name: row.host_name },
  type: row.type,
  path: row.path,
  state: row.state,
  default: row.is_default,
  capacityBytes: row.capacity_bytes,
  allocationBytes: row.allocation_bytes,
  availableBytes: row.available_bytes,
});

export async function listPools(db: Queries): Promise<StoragePool[]> {
  return (await poolQuery(db).execute()).map(toPool);
}
export async function findPool(db: Queries, asked: string, field?: string): Promise<StoragePool> {
  return toPool(
    theOne(await poolQuery(db).where(byIdOrName('storage_pools', asked)).execute(), 'storage-pool', asked, field),
  );
}
export async function defaultPool(db: Queries, hostId: string): Promise<StoragePool | null> {
  const row = await poolQuery(db)
    .where('storage_pools.host_id', '=', hostId)
    .where('is_default', '=', true)
    .executeTakeFirst();
  return row === undefined ? null : toPool(row);
}

/** Brings the table in step with the host's pools, after seeing to it that the default one is there. */
export async function observePools(db: Database, hostId: string, link: HostLink, defaultName: string): Promise<void> {
  await link.storage.ensurePool(defaultName);
  const found = await link.storage.pools();
  const rows = await db.selectFrom('storage_pools').selectAll().where('host_id', '=', hostId).execute();
  for (const pool of found) {
    const values = {
      type: pool.type,
      path: pool.path,
      state: pool.active ? ('active' as const) : ('inactive' as const),
      is_default: pool.name === defaultName,
      capacity_bytes: pool.capacityBytes,
      allocation_bytes: pool.allocationBytes,
      available_bytes: pool.availableBytes,
    };
    const row = rows.find(({ name }) => name === pool.name);
    if (row && Object.entries(values).every(([key, value]) => row[key as keyof typeof values] === value)) continue;
    await db.transaction().execute(async (tx) => {
      const { id } = await tx
        .insertInto('storage_pools')
        .values({ host_id: hostId, name: pool.name, ...values })
        .onConflict((conflict) => conflict.constraint('storage_pools_name').doUpdateSet(values))
        .returning('id')
        .executeTakeFirstOrThrow();
      await record(tx, { type: row ? 'changed' : 'created', kind: 'storage-pool', id, name: pool.name });
    });
  }
  for (const row of rows) {
    if (found.some(({ name }) => name === row.name) || row.state === 'unknown') continue;
    // volumes may still name it: it is shown as unknown rather than forgotten
    await db.transaction().execute(async (tx) => {
      await tx.updateTable('storage_pools').set({ state: 'unknown' }).where('id', '=', row.id).execute();
      await record(tx, { type: 'changed', kind: 'storage-pool', id: row.id, name: row.name });
    });
  }
}

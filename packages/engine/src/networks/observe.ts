import type { Database } from '../database/index.ts';
import { record } from '../events/index.ts';
import type { FoundNetwork, HostLink } from '../hypervisor/port.ts';
import type { NetworksTable } from './table.ts';

export async function insertNetwork(db: Database, row: NetworksTable): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.insertInto('networks').values(row).execute();
    await record(tx, { type: 'created', kind: 'network', id: row.id, name: row.name });
  });
}
export const insertFound = (
  db: Database,
  hostId: string,
  name: string,
  found: FoundNetwork,
  is: { isDefault: boolean; managed: boolean },
): Promise<void> =>
  insertNetwork(db, {
    id: found.id,
    host_id: hostId,
    name,
    libvirt_name: found.name,
    mode: found.mode,
    bridge: found.bridge,
    cidr: found.cidr,
    state: found.active ? 'active' : 'inactive',
    is_default: is.isDefault,
    managed: is.managed,
  });
/** Brings the table in step with what the host has: shows what others made, forgets what is gone. */
export async function observeNetworks(db: Database, hostId: string, link: HostLink): Promise<void> {
  const found = await link.networks.list();
  const rows = await db.selectFrom('networks').selectAll().where('host_id', '=', hostId).execute();
  for (const network of found) {
    const row = rows.find(({ libvirt_name }) => libvirt_name === network.name);
    if (row === undefined) {
      const busy = await db
        .selectFrom('operations')
        .select('id')
        .where('resource_id', '=', network.id)
        .where('state', 'in', ['queued', 'running', 'undoing'])
        .executeTakeFirst();
      if (busy === undefined && !rows.some(({ name }) => name === network.name))
        await insertFound(db, hostId, network.name, network, { isDefault: false, managed: false });
      continue;
    }
    const now = {
      mode: network.mode,
      bridge: network.bridge,
      cidr: network.cidr,
      state: network.active ? ('active' as const) : ('inactive' as const),
    };
    if (row.mode === now.mode && row.bridge === now.bridge && row.cidr === now.cidr && row.state === now.state)
      continue;
    await db.transaction().execute(async (tx) => {
      await tx.updateTable('networks').set(now).where('id', '=', row.id).execute();
      await record(tx, { type: 'changed', kind: 'network', id: row.id, name: row.name });
    });
  }
  for (const row of rows) {
    if (row.libvirt_name === null || found.some(({ name }) => name === row.libvirt_name) || row.is_default) continue;
    const busy = await db
      .selectFrom('operations')
      .select('id')
      .where('resource_id', '=', row.id)
      .where('state', 'in', ['queued', 'running', 'undoing'])
      .executeTakeFirst();
    if (busy === undefined) await forgetNetwork(db, row);
  }
}
export async function forgetNetwork(db: Database, row: { id: string; name: string }): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { numDeletedRows } = await tx.deleteFrom('networks').where('id', '=', row.id).executeTakeFirst();
    if (numDeletedRows > 0n) await record(tx, { type: 'deleted', kind: 'network', id: row.id, name: row.name });
  });
}

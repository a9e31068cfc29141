import type { Network } from '@domus/contract';
import { byIdOrName, type Queries, theOne } from '../database/index.ts';

const networkQuery = (db: Queries) =>
  db
    .selectFrom('networks')
    .innerJoin('hosts', 'hosts.id', 'networks.host_id')
    .selectAll('networks')
    .select('hosts.name as host_name')
    .orderBy('networks.name');
type NetworkRow = Awaited<ReturnType<ReturnType<typeof networkQuery>['execute']>>[number];

const toNetwork = (row: NetworkRow): Network => ({
  id: row.id,
  name: row.name,
  host: { id: row.host_id, name: row.host_name },
  mode: row.mode,
  bridge: row.bridge,
  cidr: row.cidr,
  state: row.state,
  default: row.is_default,
  managed: row.managed,
});

export async function listNetworks(db: Queries): Promise<Network[]> {
  return (await networkQuery(db).execute()).map(toNetwork);
}
export async function findNetwork(
  db: Queries,
  asked: string,
  field?: string,
): Promise<Network & { libvirtName: string | null }> {
  const row = theOne(await networkQuery(db).where(byIdOrName('networks', asked)).execute(), 'network', asked, field);
  return { ...toNetwork(row), libvirtName: row.libvirt_name };
}
export async function defaultNetwork(
  db: Queries,
  hostId: string,
): Promise<(Network & { libvirtName: string | null }) | null> {
  const row = await networkQuery(db)
    .where('networks.host_id', '=', hostId)
    .where('is_default', '=', true)
    .executeTakeFirst();
  return row === undefined ? null : { ...toNetwork(row), libvirtName: row.libvirt_name };
}

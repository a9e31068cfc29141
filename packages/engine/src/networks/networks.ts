import { createHash, randomUUID } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { DomusError, type Network, type NetworkCreate, type Operation } from '@domus/contract';
import type { z } from 'zod';
import {
  byIdOrName,
  type Database,
  isUniqueViolation,
  type Migration,
  type Queries,
  theOne,
} from '../database/index.ts';
import { record } from '../events/index.ts';
import type { HostDirectory } from '../hosts/index.ts';
import type { FoundNetwork, HostLink } from '../hypervisor/port.ts';
import { type OperationKind, startOperation } from '../operations/index.ts';
import { formatSubnet, freeSubnet, overlap, parseSubnet, type Subnet } from './subnet.rules.ts';

interface NetworksTable {
  id: string;
  host_id: string;
  name: string;
  /** libvirt's name of it; null is QEMU's user-mode network, of which libvirt knows nothing. */
  libvirt_name: string | null;
  mode: Network['mode'];
  bridge: string | null;
  cidr: string | null;
  state: Network['state'];
  is_default: boolean;
  managed: boolean;
}
declare module '../database/index.ts' {
  interface Tables {
    networks: NetworksTable;
  }
}

export const networkMigrations: readonly Migration[] = [
  {
    name: 'networks-1',
    sql: `
      create table networks (
        id uuid primary key,
        host_id uuid not null references hosts on delete cascade,
        name text not null,
        libvirt_name text,
        mode text not null,
        bridge text,
        cidr text,
        state text not null,
        is_default boolean not null,
        managed boolean not null,
        constraint networks_name unique (host_id, name)
      );
      create unique index networks_default on networks (host_id) where is_default;`,
  },
];

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

/** Bridge names have 15 characters at most (IFNAMSIZ) and must not meet another site's on the same machine. */
const bridgeName = (id: string): string => `domus${createHash('sha256').update(id).digest('hex').slice(0, 6)}`;

const subnetsOf = (found: readonly FoundNetwork[]): Subnet[] => {
  const here = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const local = here
    .filter(({ family }) => family === 'IPv4')
    .map(({ address, cidr }) => networkOf(address, Number(cidr?.split('/')[1] ?? 32)));
  const verdicts = found.map((network) => parseSubnet(network.cidr ?? ''));
  return [...local, ...verdicts.flatMap((verdict) => (verdict.ok ? [verdict.subnet] : []))];
};
const networkOf = (address: string, prefix: number): Subnet => {
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return { network: value - (value % 2 ** (32 - prefix)), prefix };
};

/** Sees to it that the host has a default network: NAT, or QEMU's user-mode network where bridges are not to be had. */
export async function ensureDefaultNetwork(db: Database, hostId: string, link: HostLink): Promise<void> {
  const existing = await defaultNetwork(db, hostId);
  const libvirtName = `domus-${createHash('sha256').update(hostId).digest('hex').slice(0, 6)}`;
  if (link.mode === 'session') {
    if (existing === null)
      await insert(db, {
        id: randomUUID(),
        host_id: hostId,
        name: 'default',
        libvirt_name: null,
        mode: 'user',
        bridge: null,
        cidr: null,
        state: 'active',
        is_default: true,
        managed: true,
      });
    return;
  }
  const found = await link.networks.list();
  const there = found.find((network) => network.name === libvirtName);
  if (there !== undefined) {
    if (!there.active) await link.networks.start(libvirtName);
    if (existing === null) await insertFound(db, hostId, 'default', there, { isDefault: true, managed: true });
    return;
  }
  const id = existing?.id ?? randomUUID();
  const start = Number.parseInt(libvirtName.slice(6), 16) % 256;
  const taken = subnetsOf(found);
  for (let attempt = 0; ; attempt++) {
    const subnet = freeSubnet(taken, start);
    if (subnet === null)
      throw new DomusError('HYPERVISOR_REFUSED', {
        host: hostId,
        procedure: 'networkCreate',
        reason: 'every 192.168.x.0/24 is taken',
      });
    try {
      await link.networks.create({
        id,
        name: libvirtName,
        mode: 'nat',
        bridge: bridgeName(id),
        cidr: formatSubnet(subnet),
      });
      break;
    } catch (error) {
      await link.networks.delete(libvirtName);
      if (attempt === 4) throw error;
      taken.push(subnet); // an address of the host that this process cannot see
    }
  }
  const made = (await link.networks.list()).find((network) => network.name === libvirtName);
  if (made === undefined) throw new Error(`the network ${libvirtName} is not there after it was made`);
  if (existing === null) await insertFound(db, hostId, 'default', made, { isDefault: true, managed: true });
}

async function insert(db: Database, row: NetworksTable): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.insertInto('networks').values(row).execute();
    await record(tx, { type: 'created', kind: 'network', id: row.id, name: row.name });
  });
}
const insertFound = (
  db: Database,
  hostId: string,
  name: string,
  found: FoundNetwork,
  is: { isDefault: boolean; managed: boolean },
): Promise<void> =>
  insert(db, {
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
    if (busy === undefined) await forget(db, row);
  }
}

async function forget(db: Database, row: { id: string; name: string }): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { numDeletedRows } = await tx.deleteFrom('networks').where('id', '=', row.id).executeTakeFirst();
    if (numDeletedRows > 0n) await record(tx, { type: 'deleted', kind: 'network', id: row.id, name: row.name });
  });
}

interface CreateInput {
  hostId: string;
  libvirtName: string;
  mode: 'nat' | 'isolated';
  cidr: string;
}

export class Networks {
  readonly #db: Database;
  readonly createKind: OperationKind<CreateInput>;
  readonly deleteKind: OperationKind<{ hostId: string; libvirtName: string }>;

  constructor(db: Database, hosts: HostDirectory) {
    this.#db = db;
    this.createKind = {
      kind: 'network.create',
      resourceKind: 'network',
      steps: [
        {
          name: 'create',
          run: async ({ resourceId, resourceName, input }) => {
            const { networks } = hosts.link(input.hostId);
            if (!(await networks.list()).some(({ name, active }) => name === input.libvirtName && active)) {
              await networks.delete(input.libvirtName);
              await networks.create({
                id: resourceId,
                name: input.libvirtName,
                mode: input.mode,
                bridge: bridgeName(resourceId),
                cidr: input.cidr,
              });
            }
            await observeNetworks(db, input.hostId, hosts.link(input.hostId));
            await db
              .transaction()
              .execute((tx) => record(tx, { type: 'changed', kind: 'network', id: resourceId, name: resourceName }));
          },
          undo: async ({ resourceId, resourceName, input }) => {
            await hosts.link(input.hostId).networks.delete(input.libvirtName);
            await forget(db, { id: resourceId, name: resourceName });
          },
        },
      ],
    };
    this.deleteKind = {
      kind: 'network.delete',
      resourceKind: 'network',
      cancellable: false,
      steps: [
        {
          name: 'delete',
          run: async ({ resourceId, resourceName, input }) => {
            await hosts.link(input.hostId).networks.delete(input.libvirtName);
            await forget(db, { id: resourceId, name: resourceName });
          },
        },
      ],
    };
  }

  /** Errors: INVALID_INPUT (cidr), IN_USE (its addresses), NAME_TAKEN, NO_HOST. */
  async create(given: z.output<typeof NetworkCreate>, by: string): Promise<Operation> {
    const verdict = parseSubnet(given.cidr);
    if (!verdict.ok) throw new DomusError('INVALID_INPUT', { field: 'cidr', reason: verdict.reason });
    return this.#db.transaction().execute(async (tx) => {
      const host = await tx
        .selectFrom('hosts')
        .select(['id', 'name', 'mode'])
        .where('state', '=', 'up')
        .orderBy('name')
        .executeTakeFirst();
      if (host === undefined) throw new DomusError('NO_HOST', { reason: 'none is up' });
      if (host.mode === 'session')
        throw new DomusError('NO_HOST', { reason: `"${host.name}" runs in session mode, which has no bridges` });
      for (const other of await listNetworks(tx)) {
        const theirs = parseSubnet(other.cidr ?? '');
        if (theirs.ok && overlap(theirs.subnet, verdict.subnet))
          throw new DomusError('IN_USE', { kind: 'network', name: given.cidr, users: other.name }, { field: 'cidr' });
      }
      const id = randomUUID();
      try {
        await tx
          .insertInto('networks')
          .values({
            id,
            host_id: host.id,
            name: given.name,
            libvirt_name: given.name,
            mode: given.mode,
            bridge: bridgeName(id),
            cidr: given.cidr,
            state: 'inactive',
            is_default: false,
            managed: true,
          })
          .execute();
      } catch (error) {
        if (isUniqueViolation(error, 'networks_name'))
          throw new DomusError('NAME_TAKEN', { kind: 'network', name: given.name }, { field: 'name' });
        throw error;
      }
      await record(tx, { type: 'created', kind: 'network', id, name: given.name });
      const input = { hostId: host.id, libvirtName: given.name, mode: given.mode, cidr: given.cidr };
      return startOperation(tx, {
        kind: this.createKind,
        resource: { id, name: given.name },
        projectId: null,
        input,
        by,
      });
    });
  }

  /** Errors: IN_USE, WRONG_STATE (the default one, or not made here). */
  async delete(asked: string, by: string): Promise<Operation> {
    return this.#db.transaction().execute(async (tx) => {
      const network = await findNetwork(tx, asked);
      if (network.default || !network.managed || network.libvirtName === null) {
        const state = network.default ? 'the default network' : 'not made by Domus';
        throw new DomusError('WRONG_STATE', {
          kind: 'network',
          name: network.name,
          state,
          expected: 'a network made here that is not the default',
        });
      }
      const vms = await tx
        .selectFrom('vms')
        .select(['name', 'found', 'network_id'])
        .where('host_id', '=', network.host.id)
        .execute();
      const users = vms
        .filter(
          ({ found, network_id }) =>
            network_id === network.id || found?.nics.some((nic) => nic.network === network.libvirtName),
        )
        .map(({ name }) => name);
      if (users.length > 0)
        throw new DomusError('IN_USE', { kind: 'network', name: network.name, users: users.slice(0, 5).join(', ') });
      const input = { hostId: network.host.id, libvirtName: network.libvirtName };
      return startOperation(tx, { kind: this.deleteKind, resource: network, projectId: null, input, by });
    });
  }
}

import { randomUUID } from 'node:crypto';
import { DomusError, type NetworkCreate, type Operation, text } from '@domus/contract';
import type { z } from 'zod';
import { type Database, isUniqueViolation } from '../database/index.ts';
import { record } from '../events/index.ts';
import type { HostDirectory } from '../hosts/index.ts';
import { type OperationKind, startOperation } from '../operations/index.ts';
import { bridgeName } from './default-network.ts';
import { forgetNetwork, observeNetworks } from './observe.ts';
import { findNetwork, listNetworks } from './queries.ts';
import { overlap, parseSubnet } from './subnet.rules.ts';

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
            await forgetNetwork(db, { id: resourceId, name: resourceName });
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
            await forgetNetwork(db, { id: resourceId, name: resourceName });
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
      if (host === undefined) throw new DomusError('NO_HOST', { reason: text('none is up', '没有在线的主机') });
      if (host.mode === 'session')
        throw new DomusError('NO_HOST', {
          reason: text(
            `"${host.name}" runs in session mode, which has no bridges`,
            `“${host.name}”以会话模式运行，没有网桥`,
          ),
        });
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

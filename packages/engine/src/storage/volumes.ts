import { randomUUID } from 'node:crypto';
import { DomusError, type Operation, type StoragePool, text, type Volume, type VolumeCreate } from '@domus/contract';
import type { z } from 'zod';
import { byIdOrName, type Database, isUniqueViolation, type Queries, theOne } from '../database/index.ts';
import { record } from '../events/index.ts';
import type { HostDirectory } from '../hosts/index.ts';
import { authorise, type Caller, DEFAULT_PROJECT, may, projectOf, projectsWhere } from '../identity/index.ts';
import { type OperationKind, startOperation } from '../operations/index.ts';
import { defaultPool, findPool, listPools } from './pools.ts';

export const GIB = 1024 ** 3;

const volumeQuery = (db: Queries) =>
  db
    .selectFrom('volumes')
    .innerJoin('storage_pools', 'storage_pools.id', 'volumes.storage_pool_id')
    .leftJoin('vms', 'vms.id', 'volumes.vm_id')
    .selectAll('volumes')
    .select(['storage_pools.name as pool_name', 'storage_pools.host_id', 'vms.name as vm_name'])
    .orderBy('volumes.name');
export type VolumeRow = Awaited<ReturnType<ReturnType<typeof volumeQuery>['execute']>>[number];

export const toVolume = (row: VolumeRow): Volume => ({
  id: row.id,
  name: row.name,
  projectId: row.project_id,
  storagePool: { id: row.storage_pool_id, name: row.pool_name },
  format: row.format,
  role: row.role,
  state: row.state === 'available' && row.vm_id !== null ? 'in-use' : row.state,
  capacityBytes: row.capacity_bytes,
  vm: row.vm_id === null ? null : { id: row.vm_id, name: row.vm_name ?? '' },
  createdAt: row.created_at.toISOString(),
});

export async function listVolumes(
  db: Queries,
  caller: Caller,
  filter: { project?: string | undefined; vm?: string | undefined },
): Promise<Volume[]> {
  const projects = projectsWhere(caller, 'volume:read');
  let query = volumeQuery(db);
  if (projects !== null)
    query = query
      .where('volumes.project_id', 'in', projects.length > 0 ? [...projects] : [DEFAULT_PROJECT])
      .where((e) => e.val(projects.length > 0));
  if (filter.project !== undefined)
    query = query.where('volumes.project_id', '=', (await projectOf(db, caller, filter.project)).id);
  if (filter.vm !== undefined) query = query.where(byIdOrName('vms', filter.vm));
  return (await query.execute()).map(toVolume);
}

/** A volume that the caller may see. */
export async function findVolume(db: Queries, caller: Caller, asked: string): Promise<VolumeRow> {
  const rows = await volumeQuery(db).where(byIdOrName('volumes', asked)).execute();
  return theOne(
    rows.filter(({ project_id }) => may(caller, 'volume:read', project_id)),
    'volume',
    asked,
  );
}

/** Refuses what the pool cannot hold even if it were filled to the brim. */
export function requireSpace(pool: StoragePool, neededBytes: number, field: string): void {
  const free = pool.availableBytes ?? 0;
  if (neededBytes <= free) return;
  throw new DomusError(
    'NO_SPACE',
    { pool: pool.name, freeGiB: Math.floor(free / GIB), neededGiB: Math.ceil(neededBytes / GIB) },
    { field },
  );
}

interface VolumeInput {
  hostId: string;
  pool: string;
  libvirtName: string;
  capacityBytes: number;
}

async function forgetVolume(db: Database, id: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const gone = await tx
      .deleteFrom('volumes')
      .where('id', '=', id)
      .returning(['name', 'project_id'])
      .executeTakeFirst();
    if (gone) await record(tx, { type: 'deleted', kind: 'volume', id, name: gone.name, projectId: gone.project_id });
  });
}

/** Data volumes: made empty, deleted where no VM has them. */
export class Volumes {
  readonly #db: Database;
  readonly createKind: OperationKind<VolumeInput>;
  readonly deleteKind: OperationKind<VolumeInput>;

  constructor(db: Database, hosts: HostDirectory) {
    this.#db = db;
    this.createKind = {
      kind: 'volume.create',
      resourceKind: 'volume',
      steps: [
        {
          name: 'create-volume',
          run: async ({ input, resourceId, resourceName }) => {
            const { storage } = hosts.link(input.hostId);
            if ((await storage.findVolume(input.pool, input.libvirtName)) === null) {
              await storage.createVolume(input.pool, {
                name: input.libvirtName,
                format: 'qcow2',
                capacityBytes: input.capacityBytes,
                backing: null,
              });
            }
            await db.transaction().execute(async (tx) => {
              const row = await tx
                .updateTable('volumes')
                .set({ state: 'available' })
                .where('id', '=', resourceId)
                .returning('project_id')
                .executeTakeFirst();
              await record(tx, {
                type: 'changed',
                kind: 'volume',
                id: resourceId,
                name: resourceName,
                projectId: row?.project_id ?? null,
              });
            });
          },
          undo: async ({ input, resourceId }) => {
            await hosts.link(input.hostId).storage.deleteVolume(input.pool, input.libvirtName);
            await forgetVolume(db, resourceId);
          },
        },
      ],
    };
    this.deleteKind = {
      kind: 'volume.delete',
      resourceKind: 'volume',
      cancellable: false,
      steps: [
        {
          name: 'delete-volume',
          run: async ({ input, resourceId }) => {
            await hosts.link(input.hostId).storage.deleteVolume(input.pool, input.libvirtName);
            await forgetVolume(db, resourceId);
          },
        },
      ],
    };
  }

  /** Errors: NOT_FOUND, NO_SPACE, NAME_TAKEN, NO_HOST. */
  async create(caller: Caller, given: z.output<typeof VolumeCreate>): Promise<Operation> {
    return this.#db.transaction().execute(async (tx) => {
      const project = await projectOf(tx, caller, given.project);
      authorise(caller, 'volume:write', project.id);
      const pool =
        given.storagePool === undefined
          ? await anyDefaultPool(tx)
          : await findPool(tx, given.storagePool, 'storagePool');
      requireSpace(pool, given.sizeGiB * GIB, 'sizeGiB');
      const id = randomUUID();
      const input = {
        hostId: pool.host.id,
        pool: pool.name,
        libvirtName: `volume-${id}.qcow2`,
        capacityBytes: given.sizeGiB * GIB,
      };
      try {
        await tx
          .insertInto('volumes')
          .values({
            id,
            project_id: project.id,
            storage_pool_id: pool.id,
            name: given.name,
            libvirt_name: input.libvirtName,
            format: 'qcow2',
            role: 'data',
            state: 'creating',
            capacity_bytes: input.capacityBytes,
            vm_id: null,
            target: null,
          })
          .execute();
      } catch (error) {
        if (isUniqueViolation(error, 'volumes_name'))
          throw new DomusError('NAME_TAKEN', { kind: 'volume', name: given.name }, { field: 'name' });
        throw error;
      }
      await record(tx, { type: 'created', kind: 'volume', id, name: given.name, projectId: project.id });
      return startOperation(tx, {
        kind: this.createKind,
        resource: { id, name: given.name },
        projectId: project.id,
        input,
        by: caller.name,
      });
    });
  }

  /** Errors: IN_USE, BUSY. */
  async delete(caller: Caller, asked: string): Promise<Operation> {
    return this.#db.transaction().execute(async (tx) => {
      const row = await findVolume(tx, caller, asked);
      authorise(caller, 'volume:write', row.project_id);
      if (row.vm_id !== null)
        throw new DomusError('IN_USE', { kind: 'volume', name: row.name, users: row.vm_name ?? row.vm_id });
      await tx.updateTable('volumes').set({ state: 'deleting' }).where('id', '=', row.id).execute();
      const input = {
        hostId: row.host_id,
        pool: row.pool_name,
        libvirtName: row.libvirt_name,
        capacityBytes: row.capacity_bytes,
      };
      return startOperation(tx, {
        kind: this.deleteKind,
        resource: row,
        projectId: row.project_id,
        input,
        by: caller.name,
      });
    });
  }
}

async function anyDefaultPool(db: Queries): Promise<StoragePool> {
  const host = await db.selectFrom('hosts').select('id').where('state', '=', 'up').orderBy('name').executeTakeFirst();
  const pool = host && (await defaultPool(db, host.id));
  if (!pool)
    throw new DomusError('NO_HOST', {
      reason: text(
        `no host that is up has a default storage pool (${(await listPools(db)).length} pools known)`,
        `没有在线主机拥有默认存储池（已知 ${(await listPools(db)).length} 个存储池）`,
      ),
    });
  return pool;
}

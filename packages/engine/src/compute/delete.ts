import { DomusError, type Operation } from '@domus/contract';
import type { Database } from '../database/index.ts';
import { record } from '../events/index.ts';
import type { HostDirectory } from '../hosts/index.ts';
import { authorise, type Caller } from '../identity/index.ts';
import { type OperationKind, startOperation } from '../operations/index.ts';
import { forgetVm, rootVolume, seedVolume } from './belongings.ts';
import { findVm } from './queries.ts';

interface DeleteInput {
  hostId: string | null;
  volumes: { pool: string; name: string }[];
}

/** Deletes VMs with their volumes. It only goes forward: whatever a crash interrupts is finished after it. */
export class VmDeletion {
  readonly #db: Database;
  readonly kind: OperationKind<DeleteInput>;

  constructor(db: Database, hosts: HostDirectory) {
    this.#db = db;
    this.kind = {
      kind: 'vm.delete',
      resourceKind: 'vm',
      cancellable: false,
      steps: [
        {
          name: 'power-off',
          run: async ({ resourceId, input }) => {
            if (input.hostId !== null) await hosts.link(input.hostId).vms.forceOff(resourceId);
          },
        },
        {
          name: 'undefine',
          run: async ({ resourceId, input }) => {
            if (input.hostId !== null) await hosts.link(input.hostId).vms.undefine(resourceId);
          },
        },
        {
          name: 'delete-volumes',
          run: async ({ input }) => {
            if (input.hostId === null) return;
            const { storage } = hosts.link(input.hostId);
            for (const { pool, name } of input.volumes) await storage.deleteVolume(pool, name);
          },
        },
        { name: 'forget', run: async ({ resourceId }) => db.transaction().execute((tx) => forgetVm(tx, resourceId)) },
      ],
    };
  }

  /** Errors: NOT_MANAGED, BUSY, HOST_DOWN. */
  async delete(caller: Caller, asked: string, keepVolumes: boolean): Promise<Operation> {
    return this.#db.transaction().execute(async (tx) => {
      const row = await findVm(tx, caller, asked);
      authorise(caller, 'vm:write', row.project_id);
      if (!row.managed) throw new DomusError('NOT_MANAGED', { name: row.name });
      if (keepVolumes) {
        const kept = await tx
          .updateTable('volumes')
          .set({ vm_id: null, target: null })
          .where('vm_id', '=', row.id)
          .where('role', '=', 'data')
          .returning(['id', 'name'])
          .execute();
        await record(
          tx,
          ...kept.map((each) => ({
            type: 'changed' as const,
            kind: 'volume' as const,
            id: each.id,
            name: each.name,
            projectId: row.project_id,
          })),
        );
      }
      const volumes = await tx
        .selectFrom('volumes')
        .innerJoin('storage_pools', 'storage_pools.id', 'volumes.storage_pool_id')
        .select(['storage_pools.name as pool', 'libvirt_name as name'])
        .where('vm_id', '=', row.id)
        .execute();
      if (volumes.length > 0 && !volumes.some(({ name }) => name === rootVolume(row.id) || name === seedVolume(row.id)))
        throw new Error(`the volumes of ${row.id} are not its own`);
      return startOperation(tx, {
        kind: this.kind,
        resource: row,
        projectId: row.project_id,
        input: { hostId: row.host_id, volumes },
        by: caller.name,
      });
    });
  }
}

import { DomusError, type Operation, text } from '@domus/contract';
import type { Database } from '../database/index.ts';
import { record } from '../events/index.ts';
import type { HostDirectory } from '../hosts/index.ts';
import type { DiskSpec } from '../hypervisor/port.ts';
import { authorise, type Caller } from '../identity/index.ts';
import { type OperationKind, startOperation } from '../operations/index.ts';
import { findVolume } from '../storage/index.ts';
import { findVm } from './queries.ts';

interface DiskInput {
  hostId: string;
  vmId: string;
  disk: DiskSpec;
}

/** The first free name on the virtio bus; vda is the root disk. */
export function freeTarget(taken: readonly string[]): string | null {
  for (let index = 1; index < 26; index++) {
    const target = `vd${String.fromCharCode(97 + index)}`;
    if (!taken.includes(target)) return target;
  }
  return null;
}

/** Attaching and detaching data volumes, while the VM runs or not. */
export class VmDisks {
  readonly #db: Database;
  readonly attachKind: OperationKind<DiskInput>;
  readonly detachKind: OperationKind<DiskInput>;

  constructor(db: Database, hosts: HostDirectory) {
    this.#db = db;
    const assign = async (volumeId: string, vmId: string | null, target: string | null): Promise<void> => {
      await db.transaction().execute(async (tx) => {
        const row = await tx
          .updateTable('volumes')
          .set({ vm_id: vmId, target })
          .where('id', '=', volumeId)
          .returning(['name', 'project_id'])
          .executeTakeFirst();
        if (row)
          await record(tx, {
            type: 'changed',
            kind: 'volume',
            id: volumeId,
            name: row.name,
            projectId: row.project_id,
          });
      });
    };
    const has = async ({ hostId, vmId, disk }: DiskInput): Promise<boolean> =>
      (await hosts.link(hostId).vms.find(vmId))?.disks.some(({ target }) => target === disk.target) ?? false;
    this.attachKind = {
      kind: 'volume.attach',
      resourceKind: 'volume',
      steps: [
        {
          name: 'attach',
          run: async ({ input }) => {
            if (!(await has(input))) await hosts.link(input.hostId).vms.attachDisk(input.vmId, input.disk);
          },
          undo: async ({ input, resourceId }) => {
            if (await has(input)) await hosts.link(input.hostId).vms.detachDisk(input.vmId, input.disk.target);
            await assign(resourceId, null, null);
          },
        },
      ],
    };
    this.detachKind = {
      kind: 'volume.detach',
      resourceKind: 'volume',
      cancellable: false,
      steps: [
        {
          name: 'detach',
          run: async ({ input, resourceId }) => {
            if (await has(input)) await hosts.link(input.hostId).vms.detachDisk(input.vmId, input.disk.target);
            await assign(resourceId, null, null);
          },
        },
      ],
    };
  }

  /** Errors: IN_USE, NOT_MANAGED, WRONG_STATE, INVALID_INPUT (other project or host). */
  async attach(caller: Caller, askedVolume: string, askedVm: string): Promise<Operation> {
    return this.#db.transaction().execute(async (tx) => {
      const volume = await findVolume(tx, caller, askedVolume);
      authorise(caller, 'volume:write', volume.project_id);
      const vm = await findVm(tx, caller, askedVm, 'vm');
      authorise(caller, 'vm:write', vm.project_id);
      if (volume.vm_id !== null)
        throw new DomusError('IN_USE', { kind: 'volume', name: volume.name, users: volume.vm_name ?? volume.vm_id });
      if (volume.state !== 'available')
        throw new DomusError('WRONG_STATE', {
          kind: 'volume',
          name: volume.name,
          state: volume.state,
          expected: 'available',
        });
      if (!vm.managed) throw new DomusError('NOT_MANAGED', { name: vm.name });
      if (vm.state === 'absent')
        throw new DomusError('WRONG_STATE', {
          kind: 'vm',
          name: vm.name,
          state: vm.state,
          expected: 'running, stopped',
        });
      if (vm.project_id !== volume.project_id)
        throw new DomusError('INVALID_INPUT', {
          field: 'vm',
          reason: text('the VM and the volume belong to different projects', '虚拟机与卷属于不同的项目'),
        });
      if (vm.host_id !== volume.host_id)
        throw new DomusError('INVALID_INPUT', {
          field: 'vm',
          reason: text('the volume lies on another host', '该卷在另一台主机上'),
        });
      const theirs = await tx.selectFrom('volumes').select('target').where('vm_id', '=', vm.id).execute();
      const target = freeTarget([
        ...theirs.map((each) => each.target ?? ''),
        ...(vm.found?.disks ?? []).map((each) => each.target),
      ]);
      if (target === null)
        throw new DomusError('WRONG_STATE', {
          kind: 'vm',
          name: vm.name,
          state: 'full',
          expected: 'fewer than 26 disks',
        });
      await tx.updateTable('volumes').set({ vm_id: vm.id, target }).where('id', '=', volume.id).execute();
      const disk: DiskSpec = {
        pool: volume.pool_name,
        volume: volume.libvirt_name,
        target,
        device: 'disk',
        format: 'qcow2',
        bootOrder: null,
        serial: volume.id.replaceAll('-', '').slice(0, 20),
      };
      return startOperation(tx, {
        kind: this.attachKind,
        resource: volume,
        projectId: volume.project_id,
        input: { hostId: volume.host_id, vmId: vm.id, disk },
        by: caller.name,
      });
    });
  }

  /** Errors: WRONG_STATE (not attached, or part of its VM). */
  async detach(caller: Caller, askedVolume: string): Promise<Operation> {
    return this.#db.transaction().execute(async (tx) => {
      const volume = await findVolume(tx, caller, askedVolume);
      authorise(caller, 'volume:write', volume.project_id);
      if (volume.role !== 'data' || volume.vm_id === null || volume.target === null) {
        throw new DomusError('WRONG_STATE', {
          kind: 'volume',
          name: volume.name,
          state: volume.role === 'data' ? 'not attached' : `the ${volume.role} disk of its VM`,
          expected: 'an attached data volume',
        });
      }
      const disk: DiskSpec = {
        pool: volume.pool_name,
        volume: volume.libvirt_name,
        target: volume.target,
        device: 'disk',
        format: 'qcow2',
        bootOrder: null,
        serial: null,
      };
      return startOperation(tx, {
        kind: this.detachKind,
        resource: volume,
        projectId: volume.project_id,
        input: { hostId: volume.host_id, vmId: volume.vm_id, disk },
        by: caller.name,
      });
    });
  }
}

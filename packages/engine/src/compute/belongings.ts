import type { Queries } from '../database/index.ts';
import { record } from '../events/index.ts';

/** Names of a VM's own volumes in libvirt's storage pool: made from its id, so that what a crash left is found again. */
export const rootVolume = (id: string): string => `vm-${id}-root.qcow2`;
export const seedVolume = (id: string): string => `vm-${id}-seed.iso`;

/** Forgets the VM and its volumes, in one transaction. */
export async function forgetVm(tx: Queries, id: string): Promise<void> {
  const volumes = await tx
    .deleteFrom('volumes')
    .where('vm_id', '=', id)
    .returning(['id', 'name', 'project_id'])
    .execute();
  const gone = await tx.deleteFrom('vms').where('id', '=', id).returning(['name', 'project_id']).executeTakeFirst();
  const deleted = { type: 'deleted' as const };
  await record(
    tx,
    ...volumes.map((each) => ({
      ...deleted,
      kind: 'volume' as const,
      id: each.id,
      name: each.name,
      projectId: each.project_id,
    })),
  );
  if (gone) await record(tx, { ...deleted, kind: 'vm', id, name: gone.name, projectId: gone.project_id });
}

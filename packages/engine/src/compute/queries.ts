import type { Vm, VmState } from '@domus/contract';
import { byIdOrName, type Database, type Queries, theOne } from '../database/index.ts';
import { type Caller, projectsWhere, requireSeen } from '../identity/index.ts';
import { activeStates } from '../operations/index.ts';
import { shownState } from './vm-state.rules.ts';

const vmQuery = (db: Queries) =>
  db
    .selectFrom('vms')
    .innerJoin('projects', 'projects.id', 'vms.project_id')
    .leftJoin('hosts', 'hosts.id', 'vms.host_id')
    .leftJoin('images', 'images.id', 'vms.image_id')
    .leftJoin('operations', (join) =>
      join
        .onRef('operations.resource_id', '=', 'vms.id')
        .on('operations.state', 'in', activeStates)
        .on('operations.exclusive', '=', true),
    )
    .leftJoin('operations as waiting', (join) =>
      join
        .onRef('waiting.resource_id', '=', 'vms.id')
        .on('waiting.state', 'in', activeStates)
        .on('waiting.kind', '=', 'vm.stop'),
    )
    .selectAll('vms')
    .select([
      'projects.name as project_name',
      'hosts.name as host_name',
      'images.name as image_name',
      'operations.id as operation_id',
      'operations.kind as operation_kind',
      'waiting.id as waiting_id',
    ])
    .distinctOn(['vms.name', 'vms.id'])
    .orderBy('vms.name')
    .orderBy('vms.id');
export type VmRow = Awaited<ReturnType<ReturnType<typeof vmQuery>['execute']>>[number];

export function toVm(row: VmRow): Vm {
  const { found } = row;
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    project: { id: row.project_id, name: row.project_name },
    host: row.host_id === null ? null : { id: row.host_id, name: row.host_name ?? '' },
    managed: row.managed,
    state: shownState(row.state, row.operation_kind ?? (row.waiting_id === null ? null : 'vm.stop')),
    stateReason: row.state_reason,
    vcpus: row.vcpus,
    memoryMiB: row.memory_mib,
    flavor: row.flavor_id === null ? null : { id: row.flavor_id, name: row.flavor_name ?? '' },
    image: row.image_id === null ? null : { id: row.image_id, name: row.image_name ?? '' },
    accelerator: row.accelerator,
    guestUser: row.guest_user,
    addresses: row.addresses,
    nics: found?.nics ?? [],
    disks: found?.disks ?? [],
    displays: found?.displays ?? [],
    agentConnected: found?.agentConnected ?? false,
    confinement: found?.confinement ?? null,
    problem: found?.problem ?? null,
    operationId: row.operation_id ?? row.waiting_id,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
  };
}

export interface VmFilter {
  project?: string | undefined;
  host?: string | undefined;
  state?: VmState | undefined;
}

export async function listVms(db: Database, caller: Caller, filter: VmFilter): Promise<Vm[]> {
  const projects = projectsWhere(caller, 'vm:read');
  if (projects?.length === 0) return [];
  let query = vmQuery(db);
  if (projects !== null) query = query.where('vms.project_id', 'in', [...projects]);
  if (filter.project !== undefined) query = query.where(byIdOrName('projects', filter.project));
  if (filter.host !== undefined) query = query.where(byIdOrName('hosts', filter.host));
  const vms = (await query.execute()).map(toVm);
  return filter.state === undefined ? vms : vms.filter(({ state }) => state === filter.state);
}

/** A VM that the caller may see. Errors: NOT_FOUND, AMBIGUOUS_NAME. */
export async function findVm(db: Queries, caller: Caller, asked: string, field?: string): Promise<VmRow> {
  const projects = projectsWhere(caller, 'vm:read');
  const rows = await vmQuery(db).where(byIdOrName('vms', asked)).execute();
  const row = theOne(
    projects === null ? rows : rows.filter(({ project_id }) => projects.includes(project_id)),
    'vm',
    asked,
    field,
  );
  requireSeen(caller, 'vm:read', { projectId: row.project_id, kind: 'vm', asked });
  return row;
}

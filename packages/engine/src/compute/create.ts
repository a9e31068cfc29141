import { randomBytes, randomUUID } from 'node:crypto';
import { DomusError, type Image, type Operation, type StoragePool, text, type VmCreate } from '@domus/contract';
import { byIdOrName, type Database, isUniqueViolation, type Queries } from '../database/index.ts';
import { record } from '../events/index.ts';
import { findFlavor } from '../flavors/index.ts';
import { showHost } from '../hosts/index.ts';
import { authorise, type Caller, projectOf } from '../identity/index.ts';
import { findUsableImage, sha512Crypt } from '../images/index.ts';
import { defaultNetwork, findNetwork } from '../networks/index.ts';
import { type OperationKind, startOperation } from '../operations/index.ts';
import { defaultPool, GIB, requireSpace } from '../storage/index.ts';
import { rootVolume, seedVolume } from './belongings.ts';
import { placeVm } from './placement.rules.ts';
import type { CreateInput } from './provision.ts';
import type { GuestSeed } from './table.ts';

/** Locally administered, with QEMU's prefix. */
const newMac = (): string =>
  ['52', '54', '00', ...[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
/** Makes VMs: first everything is decided and written down in one transaction, then an operation does it step by step. */
export class VmCreation {
  readonly #db: Database;
  readonly kind: OperationKind<CreateInput>;

  constructor(db: Database, kind: OperationKind<CreateInput>) {
    this.#db = db;
    this.kind = kind;
  }

  /** Errors: FORBIDDEN, NOT_FOUND, IMAGE_NOT_READY, NO_HOST, KVM_MISSING, DISK_TOO_SMALL, NO_SPACE, NAME_TAKEN. */
  async create(caller: Caller, given: VmCreate): Promise<Operation> {
    return this.#db.transaction().execute(async (tx) => {
      const project = await projectOf(tx, caller, given.project);
      authorise(caller, 'vm:write', project.id);
      const flavor = await findFlavor(tx, given.flavor, 'flavor');
      const image = given.image === undefined ? null : await findUsableImage(tx, given.image, 'image');
      const iso = given.iso === undefined ? null : await findUsableImage(tx, given.iso, 'iso');
      requireFormats(image, iso);
      if (image === null && given.guestUser !== undefined)
        throw new DomusError('INVALID_INPUT', {
          field: 'guestUser',
          reason: text(
            'an installation from an ISO makes its own users; expected only with image',
            '从 ISO 安装的系统会自行创建用户；仅可与 image 一起使用',
          ),
        });
      const host = await this.#place(tx, given, flavor);
      const pool = await defaultPool(tx, host.id);
      if (pool === null)
        throw new DomusError('NO_HOST', {
          reason: text(`"${host.name}" has no default storage pool yet`, `“${host.name}”还没有默认存储池`),
        });
      const diskBytes = diskSize(given, flavor.diskGiB, image, pool);
      const network =
        given.network === undefined
          ? await defaultNetwork(tx, host.id)
          : await findNetwork(tx, given.network, 'network');
      if (network === null)
        throw new DomusError('NO_HOST', {
          reason: text(`"${host.name}" has no default network yet`, `“${host.name}”还没有默认网络`),
        });
      const id = randomUUID();
      await this.#insert(tx, {
        id,
        project_id: project.id,
        host_id: host.id,
        name: given.name,
        description: given.description,
        managed: true,
        state: 'absent',
        state_reason: null,
        vcpus: flavor.vcpus,
        memory_mib: flavor.memoryMiB,
        accelerator: host.accelerator,
        firmware: given.firmware,
        flavor_id: flavor.id,
        flavor_name: flavor.name,
        image_id: image?.id ?? null,
        iso_id: iso?.id ?? null,
        network_id: network.id,
        mac: newMac(),
        libvirt_name: await freeLibvirtName(tx, host.id, given.name, id),
        seed: image === null ? null : JSON.stringify(seedOf(given)),
        guest_user: given.guestUser?.name ?? null,
        found: null,
        started_at: null,
      });
      const common = { project_id: project.id, storage_pool_id: pool.id, state: 'creating' as const, vm_id: id };
      await tx
        .insertInto('volumes')
        .values({
          ...common,
          id: randomUUID(),
          name: `${given.name}-root`,
          libvirt_name: rootVolume(id),
          format: 'qcow2',
          role: 'root',
          capacity_bytes: diskBytes,
          target: 'vda',
        })
        .execute();
      if (image !== null)
        await tx
          .insertInto('volumes')
          .values({
            ...common,
            id: randomUUID(),
            name: `${given.name}-seed`,
            libvirt_name: seedVolume(id),
            format: 'iso',
            role: 'seed',
            capacity_bytes: 0,
            target: 'sda',
          })
          .execute();
      await record(tx, { type: 'created', kind: 'vm', id, name: given.name, projectId: project.id });
      return startOperation(tx, {
        kind: this.kind,
        resource: { id, name: given.name },
        projectId: project.id,
        input: { start: given.start, hostId: host.id },
        by: caller.name,
      });
    });
  }

  async #place(
    tx: Queries,
    given: VmCreate,
    flavor: { memoryMiB: number },
  ): Promise<{ id: string; name: string; accelerator: 'kvm' | 'qemu' }> {
    if (given.host !== undefined) await showHost(this.#db, given.host, 'host');
    let query = tx.selectFrom('hosts').select(['id', 'name', 'state', 'state_reason', 'facts']).orderBy('name');
    if (given.host !== undefined) query = query.where(byIdOrName('hosts', given.host));
    const candidates = (await query.execute()).map(({ id, name, state, state_reason, facts }) => ({
      id,
      name,
      state,
      stateReason: state_reason,
      freeMiB: facts?.memory.freeMiB ?? 0,
      virtualisation: facts?.virtualisation ?? null,
    }));
    return placeVm(candidates, { memoryMiB: flavor.memoryMiB, accelerator: given.accelerator });
  }

  async #insert(tx: Queries, row: Parameters<ReturnType<typeof insertVm>['values']>[0]): Promise<void> {
    try {
      await insertVm(tx).values(row).execute();
    } catch (error) {
      if (isUniqueViolation(error))
        throw new DomusError('NAME_TAKEN', { kind: 'vm', name: (row as { name: string }).name }, { field: 'name' });
      throw error;
    }
  }
}

const insertVm = (tx: Queries) => tx.insertInto('vms');

function requireFormats(image: Image | null, iso: Image | null): void {
  if (image?.format === 'iso')
    throw new DomusError('INVALID_INPUT', {
      field: 'image',
      reason: text(
        `"${image.name}" is an ISO; expected a disk image (give it as iso)`,
        `“${image.name}”是 ISO；此处应为磁盘镜像（请作为 iso 提供）`,
      ),
    });
  if (iso !== null && iso.format !== 'iso')
    throw new DomusError('INVALID_INPUT', {
      field: 'iso',
      reason: text(
        `"${iso.name}" is a disk image; expected an ISO (give it as image)`,
        `“${iso.name}”是磁盘镜像；此处应为 ISO（请作为 image 提供）`,
      ),
    });
}

function diskSize(given: VmCreate, flavorGiB: number, image: Image | null, pool: StoragePool): number {
  const needed = image?.virtualSizeBytes ?? 0;
  const bytes = given.diskGiB === undefined ? Math.max(flavorGiB * GIB, needed) : given.diskGiB * GIB;
  if (bytes < needed)
    throw new DomusError(
      'DISK_TOO_SMALL',
      { diskGiB: bytes / GIB, image: image?.name ?? '', neededGiB: Math.ceil(needed / GIB) },
      { field: 'diskGiB' },
    );
  requireSpace(pool, bytes, 'diskGiB');
  return bytes;
}

/** The password leaves memory as its hash only. */
function seedOf(given: VmCreate): GuestSeed {
  const { guestUser } = given;
  return {
    user: guestUser?.name ?? null,
    passwordHash: guestUser?.password === undefined ? null : sha512Crypt(guestUser.password),
    sshKeys: guestUser?.sshKeys ?? [],
  };
}

/**
 * The VM's own name where the host has none like it, so that virsh shows what people know. The host's row stays locked
 * to the commit: two projects that use one name at the same moment get two.
 */
async function freeLibvirtName(tx: Queries, hostId: string, name: string, id: string): Promise<string> {
  await tx.selectFrom('hosts').select('id').where('id', '=', hostId).forNoKeyUpdate().execute();
  const taken = await tx
    .selectFrom('vms')
    .select('id')
    .where('host_id', '=', hostId)
    .where('libvirt_name', '=', name)
    .executeTakeFirst();
  return taken === undefined ? name : `${name}-${id.slice(0, 8)}`;
}

import { randomBytes, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomusError, type Image, type Operation, type StoragePool, type VmCreate } from '@domus/contract';
import { byIdOrName, type Database, isUniqueViolation, type Queries } from '../database/index.ts';
import { record } from '../events/index.ts';
import { findFlavor } from '../flavors/index.ts';
import type { HostDirectory } from '../hosts/index.ts';
import { showHost } from '../hosts/index.ts';
import type { DiskSpec, VmSpec } from '../hypervisor/port.ts';
import { authorise, type Caller, projectOf } from '../identity/index.ts';
import { buildSeed, copyName, findUsableImage, type Images, makeSeedIso, sha512Crypt } from '../images/index.ts';
import { defaultNetwork, findNetwork } from '../networks/index.ts';
import { type OperationKind, type StepContext, startOperation } from '../operations/index.ts';
import { defaultPool, GIB, requireSpace } from '../storage/index.ts';
import { placeVm } from './placement.rules.ts';
import type { GuestSeed } from './table.ts';

interface CreateInput {
  start: boolean;
  hostId: string;
}

/** Locally administered, with QEMU's prefix. */
const newMac = (): string =>
  ['52', '54', '00', ...[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
export const rootVolume = (id: string): string => `vm-${id}-root.qcow2`;
export const seedVolume = (id: string): string => `vm-${id}-seed.iso`;

/** Makes VMs: first everything is decided and written down in one transaction, then an operation does it step by step. */
export class VmCreation {
  readonly #db: Database;
  readonly #hosts: HostDirectory;
  readonly #images: Images;
  readonly kind: OperationKind<CreateInput>;

  constructor(db: Database, hosts: HostDirectory, images: Images) {
    this.#db = db;
    this.#hosts = hosts;
    this.#images = images;
    this.kind = {
      kind: 'vm.create',
      resourceKind: 'vm',
      steps: [
        { name: 'reserve', run: async () => undefined, undo: ({ resourceId }) => this.#forget(resourceId) },
        { name: 'copy-image', run: (context) => this.#copyImages(context) },
        {
          name: 'create-volumes',
          run: (context) => this.#createVolumes(context),
          undo: (context) => this.#deleteVolumes(context),
        },
        {
          name: 'define',
          run: async ({ resourceId, input }) => this.#hosts.link(input.hostId).vms.define(await this.#spec(resourceId)),
          undo: async ({ resourceId, input }) => {
            const { vms } = this.#hosts.link(input.hostId);
            await vms.forceOff(resourceId);
            await vms.undefine(resourceId);
          },
        },
        {
          name: 'start',
          run: async ({ resourceId, input }) => {
            if (input.start) await this.#hosts.link(input.hostId).vms.start(resourceId);
          },
        },
      ],
    };
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
      const host = await this.#place(tx, given, flavor);
      const pool = await defaultPool(tx, host.id);
      if (pool === null) throw new DomusError('NO_HOST', { reason: `"${host.name}" has no default storage pool yet` });
      const diskBytes = diskSize(given, flavor.diskGiB, image, pool);
      const network =
        given.network === undefined
          ? await defaultNetwork(tx, host.id)
          : await findNetwork(tx, given.network, 'network');
      if (network === null) throw new DomusError('NO_HOST', { reason: `"${host.name}" has no default network yet` });
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

  async #row(id: string) {
    return this.#db.selectFrom('vms').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  }
  async #pool(id: string): Promise<{ id: string; name: string }> {
    return this.#db
      .selectFrom('volumes')
      .innerJoin('storage_pools', 'storage_pools.id', 'volumes.storage_pool_id')
      .select(['storage_pools.id', 'storage_pools.name'])
      .where('vm_id', '=', id)
      .where('role', '=', 'root')
      .executeTakeFirstOrThrow();
  }

  async #copyImages({ resourceId, input, signal, progress }: StepContext<CreateInput>): Promise<void> {
    const row = await this.#row(resourceId);
    const pool = await this.#pool(resourceId);
    for (const imageId of [row.image_id, row.iso_id]) {
      if (imageId !== null) await this.#images.copyTo(imageId, pool, this.#hosts, input.hostId, signal, progress);
    }
  }

  async #createVolumes({ resourceId: id, input, signal, progress }: StepContext<CreateInput>): Promise<void> {
    const row = await this.#row(id);
    const pool = await this.#pool(id);
    const { storage } = this.#hosts.link(input.hostId);
    if ((await storage.findVolume(pool.name, rootVolume(id))) === null) {
      const root = await this.#db
        .selectFrom('volumes')
        .select('capacity_bytes')
        .where('vm_id', '=', id)
        .where('role', '=', 'root')
        .executeTakeFirstOrThrow();
      const image = row.image_id === null ? null : await findUsableImage(this.#db, row.image_id, 'image');
      const copy =
        image === null ? null : await this.#images.copyTo(image.id, pool, this.#hosts, input.hostId, signal, progress);
      const backing =
        image === null || copy === null
          ? null
          : { path: copy.path, format: image.format === 'raw' ? ('raw' as const) : ('qcow2' as const) };
      await storage.createVolume(pool.name, {
        name: rootVolume(id),
        format: 'qcow2',
        capacityBytes: root.capacity_bytes,
        backing,
      });
    }
    if (row.seed !== null) {
      await storage.deleteVolume(pool.name, seedVolume(id)); // a crash may have left half of it
      await this.#uploadSeed(id, row.libvirt_name, row.seed, (path, sizeBytes) =>
        storage.uploadVolume(
          pool.name,
          { name: seedVolume(id), format: 'raw', capacityBytes: sizeBytes, backing: null },
          createReadStream(path),
          sizeBytes,
          { signal, onProgress: () => undefined },
        ),
      );
    }
    await this.#db.transaction().execute(async (tx) => {
      const made = await tx
        .updateTable('volumes')
        .set({ state: 'available' })
        .where('vm_id', '=', id)
        .returning(['id', 'name', 'project_id'])
        .execute();
      await tx.updateTable('vms').set({ seed: null }).where('id', '=', id).execute();
      await record(
        tx,
        ...made.map((each) => ({
          type: 'created' as const,
          kind: 'volume' as const,
          id: each.id,
          name: each.name,
          projectId: each.project_id,
        })),
      );
    });
  }

  async #uploadSeed(
    id: string,
    name: string,
    seed: GuestSeed,
    upload: (path: string, sizeBytes: number) => Promise<unknown>,
  ): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'domus-seed-'));
    try {
      const seedFiles = buildSeed({
        hostname: name
          .toLowerCase()
          .replace(/[^a-z0-9-]/g, '-')
          .replace(/^-+|-+$/g, ''),
        instanceId: id,
        sshKeys: seed.sshKeys,
        ...(seed.user === null ? {} : { user: seed.user }),
        ...(seed.passwordHash === null ? {} : { passwordHash: seed.passwordHash }),
      });
      if (!seedFiles.ok)
        throw new DomusError('INVALID_INPUT', { field: `guestUser.${seedFiles.field}`, reason: seedFiles.message });
      const { path, sizeBytes } = await makeSeedIso({
        files: seedFiles.files,
        target: join(folder, 'seed.iso'),
        signal: AbortSignal.timeout(60_000),
      });
      await upload(path, sizeBytes);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #deleteVolumes({ resourceId, input }: StepContext<CreateInput>): Promise<void> {
    const pool = await this.#pool(resourceId);
    const { storage } = this.#hosts.link(input.hostId);
    for (const name of [rootVolume(resourceId), seedVolume(resourceId)]) await storage.deleteVolume(pool.name, name);
  }

  async #forget(id: string): Promise<void> {
    await this.#db.transaction().execute((tx) => forgetVm(tx, id));
  }

  /** What the host shall define; made anew from the tables each time. */
  async #spec(id: string): Promise<VmSpec> {
    const row = await this.#row(id);
    const pool = await this.#pool(id);
    const network = await this.#db
      .selectFrom('networks')
      .select(['libvirt_name', 'mode'])
      .where('id', '=', row.network_id ?? '')
      .executeTakeFirst();
    const host = await this.#db
      .selectFrom('hosts')
      .select('facts')
      .where('id', '=', row.host_id ?? '')
      .executeTakeFirstOrThrow();
    const iso = row.iso_id === null ? null : await findUsableImage(this.#db, row.iso_id, 'iso');
    const seed = await this.#db
      .selectFrom('volumes')
      .select('id')
      .where('vm_id', '=', id)
      .where('role', '=', 'seed')
      .executeTakeFirst();
    const cdrom = (volume: string, target: string, bootOrder: number | null): DiskSpec => ({
      pool: pool.name,
      volume,
      target,
      device: 'cdrom',
      format: 'raw',
      bootOrder,
      serial: null,
    });
    const disks: DiskSpec[] = [
      {
        pool: pool.name,
        volume: rootVolume(id),
        target: 'vda',
        device: 'disk',
        format: 'qcow2',
        bootOrder: iso === null ? 1 : 2,
        serial: null,
      },
    ];
    if (seed) disks.push(cdrom(seedVolume(id), 'sda', null));
    if (iso) disks.push(cdrom(copyName(iso), 'sdb', 1));
    const target = network?.libvirt_name
      ? { type: 'network' as const, name: network.libvirt_name }
      : { type: 'user' as const };
    return {
      id,
      name: row.libvirt_name,
      title: row.name,
      vcpus: row.vcpus,
      memoryMiB: row.memory_mib,
      architecture: host.facts?.cpu.architecture ?? 'x86_64',
      accelerator: row.accelerator === 'kvm' ? 'kvm' : 'qemu',
      firmware: row.firmware ?? 'bios',
      disks,
      nics: [{ mac: row.mac ?? newMac(), network: target }],
    };
  }
}

const insertVm = (tx: Queries) => tx.insertInto('vms');

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

function requireFormats(image: Image | null, iso: Image | null): void {
  if (image?.format === 'iso')
    throw new DomusError('INVALID_INPUT', {
      field: 'image',
      reason: `"${image.name}" is an ISO; expected a disk image (give it as iso)`,
    });
  if (iso !== null && iso.format !== 'iso')
    throw new DomusError('INVALID_INPUT', {
      field: 'iso',
      reason: `"${iso.name}" is a disk image; expected an ISO (give it as image)`,
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

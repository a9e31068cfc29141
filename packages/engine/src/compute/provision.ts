import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomusError } from '@domus/contract';
import type { Database } from '../database/index.ts';
import { record } from '../events/index.ts';
import type { HostDirectory } from '../hosts/index.ts';
import type { DiskSpec, VmSpec } from '../hypervisor/port.ts';
import { buildSeed, copyName, findUsableImage, type Images, makeSeedIso } from '../images/index.ts';
import type { OperationKind, StepContext } from '../operations/index.ts';
import { forgetVm, rootVolume, seedVolume } from './belongings.ts';
import type { VmObserver } from './observe.ts';
import type { GuestSeed } from './table.ts';

export interface CreateInput {
  start: boolean;
  hostId: string;
}

/** Brings a VM that was written down onto its host, step by step. */
export class VmProvision {
  readonly #db: Database;
  readonly #hosts: HostDirectory;
  readonly #images: Images;
  readonly kind: OperationKind<CreateInput>;

  constructor(db: Database, hosts: HostDirectory, images: Images, observer: VmObserver) {
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
            await observer.observe(input.hostId, resourceId);
          },
        },
      ],
    };
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
      await this.#uploadSeed(id, row.libvirt_name, row.seed, async (path, capacityBytes) => {
        const spec = { name: seedVolume(id), format: 'raw' as const, capacityBytes, backing: null };
        const options = { signal, onProgress: () => undefined };
        await storage.uploadVolume(pool.name, spec, createReadStream(path), capacityBytes, options);
        await this.#db
          .updateTable('volumes')
          .set({ capacity_bytes: capacityBytes })
          .where('vm_id', '=', id)
          .where('role', '=', 'seed')
          .execute();
      });
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
      nics: row.mac === null ? [] : [{ mac: row.mac, network: target }],
    };
  }
}

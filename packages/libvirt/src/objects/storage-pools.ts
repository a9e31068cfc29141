import type { Caller } from '../caller.ts';
import { COPY_DEADLINE_MS, START_DEADLINE_MS } from '../deadlines.ts';
import { enumName } from '../enum-name.ts';
import { StoragePoolState } from '../generated/enums.ts';
import type { RemoteNonnullStoragePool } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { toNumber } from '../xdr/index.ts';
import { StorageVolume } from './storage-volumes.ts';

/** virStoragePoolInfo */
export interface StoragePoolInfo {
  /** INACTIVE, BUILDING, RUNNING, DEGRADED, INACCESSIBLE */
  readonly state: keyof typeof StoragePoolState | `${number}`;
  /** All of it. */
  readonly capacityBytes: number;
  /** What is given to volumes. */
  readonly allocationBytes: number;
  /** What is free. */
  readonly availableBytes: number;
}

/** The storage pools of a connection. */
export class StoragePools {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** virConnectListAllStoragePools; flags: ConnectListAllStoragePoolsFlags. */
  async list(flags = 0, options?: CallOptions): Promise<StoragePool[]> {
    const { pools } = await this.#caller.call('connectListAllStoragePools', { need_results: 1, flags }, options);
    return pools.map((pool) => new StoragePool(this.#caller, pool));
  }

  /** virStoragePoolLookupByName; NO_STORAGE_POOL where there is none. */
  async lookupByName(name: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this.#caller, (await this.#caller.call('storagePoolLookupByName', { name }, options)).pool);
  }

  /** virStoragePoolLookupByUUIDString; NO_STORAGE_POOL where there is none. */
  async lookupByUUID(uuid: string, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(this.#caller, (await this.#caller.call('storagePoolLookupByUUID', { uuid }, options)).pool);
  }

  /** virStoragePoolDefineXML: a persistent pool, or changes of one; flags: StoragePoolDefineFlags (VALIDATE). */
  async defineXML(xml: string, flags = 0, options?: CallOptions): Promise<StoragePool> {
    return new StoragePool(
      this.#caller,
      (await this.#caller.call('storagePoolDefineXML', { xml, flags }, options)).pool,
    );
  }

  /** virStoragePoolCreateXML: a transient pool; flags: StoragePoolCreateFlags. */
  async createXML(xml: string, flags = 0, options: CallOptions = {}): Promise<StoragePool> {
    const slow = { deadlineMs: START_DEADLINE_MS, ...options };
    return new StoragePool(this.#caller, (await this.#caller.call('storagePoolCreateXML', { xml, flags }, slow)).pool);
  }
}

/** A place of volumes: a folder, a volume group, a Ceph pool, …. */
export class StoragePool {
  readonly #caller: Caller;
  /** How the wire names it. */
  readonly ref: Readonly<RemoteNonnullStoragePool>;

  constructor(caller: Caller, ref: RemoteNonnullStoragePool) {
    this.#caller = caller;
    this.ref = ref;
  }

  /** virStoragePoolGetName, without a call. */
  get name(): string {
    return this.ref.name;
  }

  /** virStoragePoolGetUUIDString, without a call. */
  get uuid(): string {
    return this.ref.uuid;
  }

  /** virStoragePoolCreate: starts it; flags: StoragePoolCreateFlags. */
  async create(flags = 0, options: CallOptions = {}): Promise<void> {
    await this.#caller.call(
      'storagePoolCreate',
      { pool: this.ref, flags },
      { deadlineMs: START_DEADLINE_MS, ...options },
    );
  }

  /** virStoragePoolBuild: makes its place: folder, file system, volume group; flags: StoragePoolBuildFlags. */
  async build(flags = 0, options: CallOptions = {}): Promise<void> {
    await this.#caller.call(
      'storagePoolBuild',
      { pool: this.ref, flags },
      { deadlineMs: COPY_DEADLINE_MS, ...options },
    );
  }

  /** virStoragePoolDestroy: stops it; its data stay. */
  async destroy(options?: CallOptions): Promise<void> {
    await this.#caller.call('storagePoolDestroy', { pool: this.ref }, options);
  }

  /** virStoragePoolDelete: deletes its place; flags: StoragePoolDeleteFlags. */
  async delete(flags = 0, options: CallOptions = {}): Promise<void> {
    await this.#caller.call(
      'storagePoolDelete',
      { pool: this.ref, flags },
      { deadlineMs: COPY_DEADLINE_MS, ...options },
    );
  }

  /** virStoragePoolUndefine: forgets the definition; its data stay. */
  async undefine(options?: CallOptions): Promise<void> {
    await this.#caller.call('storagePoolUndefine', { pool: this.ref }, options);
  }

  /** virStoragePoolRefresh: looks which volumes there are. */
  async refresh(options: CallOptions = {}): Promise<void> {
    await this.#caller.call(
      'storagePoolRefresh',
      { pool: this.ref, flags: 0 },
      { deadlineMs: START_DEADLINE_MS, ...options },
    );
  }

  /** virStoragePoolSetAutostart: whether it starts with the host. */
  async setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    await this.#caller.call('storagePoolSetAutostart', { pool: this.ref, autostart: autostart ? 1 : 0 }, options);
  }

  /** virStoragePoolGetAutostart */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('storagePoolGetAutostart', { pool: this.ref }, options)).autostart === 1;
  }

  /** virStoragePoolIsActive */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('storagePoolIsActive', { pool: this.ref }, options)).active === 1;
  }

  /** virStoragePoolGetInfo */
  async getInfo(options?: CallOptions): Promise<StoragePoolInfo> {
    const info = await this.#caller.call('storagePoolGetInfo', { pool: this.ref }, options);
    return {
      state: enumName(StoragePoolState, info.state),
      capacityBytes: toNumber(info.capacity),
      allocationBytes: toNumber(info.allocation),
      availableBytes: toNumber(info.available),
    };
  }

  /** virStoragePoolGetXMLDesc; flags: StorageXMLFlags (INACTIVE). */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call('storagePoolGetXMLDesc', { pool: this.ref, flags }, options)).xml;
  }

  /** virStoragePoolListAllVolumes */
  async listVolumes(options?: CallOptions): Promise<StorageVolume[]> {
    const { vols } = await this.#caller.call(
      'storagePoolListAllVolumes',
      { pool: this.ref, need_results: 1, flags: 0 },
      options,
    );
    return vols.map((vol) => new StorageVolume(this.#caller, vol));
  }

  /** virStorageVolLookupByName; NO_STORAGE_VOL where there is none. */
  async lookupVolumeByName(name: string, options?: CallOptions): Promise<StorageVolume> {
    const { vol } = await this.#caller.call('storageVolLookupByName', { pool: this.ref, name }, options);
    return new StorageVolume(this.#caller, vol);
  }

  /** virStorageVolCreateXML: a new volume; flags: StorageVolCreateFlags. */
  async createVolumeXML(xml: string, flags = 0, options: CallOptions = {}): Promise<StorageVolume> {
    const slow = { deadlineMs: COPY_DEADLINE_MS, ...options };
    const { vol } = await this.#caller.call('storageVolCreateXML', { pool: this.ref, xml, flags }, slow);
    return new StorageVolume(this.#caller, vol);
  }

  /** virStorageVolCreateXMLFrom: a new volume filled with a copy of another, converted if the formats differ. */
  async createVolumeXMLFrom(
    xml: string,
    source: StorageVolume,
    flags = 0,
    options: CallOptions = {},
  ): Promise<StorageVolume> {
    const args = { pool: this.ref, xml, clonevol: source.ref, flags };
    const slow = { deadlineMs: COPY_DEADLINE_MS, ...options };
    return new StorageVolume(this.#caller, (await this.#caller.call('storageVolCreateXMLFrom', args, slow)).vol);
  }
}

/** The storage pools of a host. */
import { randomUUID } from 'node:crypto';
import {
  StoragePoolEventLifecycleType as EVENT,
  ConnectListAllStoragePoolsFlags as FLAG,
  StoragePoolState,
} from '../../generated/enums.ts';
import type { RemoteNonnullStoragePool, RemoteStoragePoolGetInfoRet } from '../../generated/remote.ts';
import { attribute, cloneXml, element, formatXml, text, type XmlElement } from '../../xml/index.ts';
import { ServerFailure } from '../failure.ts';
import { hostUuid, IMAGES } from './baseline.ts';
import { arrange, completeUuid, readNamed } from './document.ts';
import type { HostContext } from './domains.ts';
import { poolLifecycle, poolRefresh } from './events.ts';
import { emptyOrigin, LazyStore } from './lazy-store.ts';
import { type FlagGroup, fits } from './list-filter.ts';
import { guestDisks, readVolume, SimulatedVolume } from './volumes.ts';

const POOL_BYTES = 4 * 1024 ** 4;
const ORDER = 'name uuid capacity allocation available features source target'.split(' ');

export class SimulatedPool {
  readonly uuid: string;
  readonly name: string;
  config: XmlElement;
  readonly #volumes: LazyStore<SimulatedVolume>;
  isActive = false;
  isPersistent: boolean;
  autostart = false;

  constructor(config: XmlElement, isPersistent: boolean, volumes = new LazyStore<SimulatedVolume>(emptyOrigin())) {
    this.uuid = text(config, 'uuid')!;
    this.name = text(config, 'name')!;
    this.config = config;
    this.isPersistent = isPersistent;
    this.#volumes = volumes;
  }

  get ref(): RemoteNonnullStoragePool {
    return { name: this.name, uuid: this.uuid };
  }

  get folder(): string {
    return text(this.config, 'target', 'path') ?? `/simulation/${this.name}`;
  }

  get type(): string {
    return attribute(this.config, 'type') ?? 'dir';
  }

  /** Of a pool that is active; fails as libvirt does for others. */
  get volumes(): LazyStore<SimulatedVolume> {
    if (this.isActive) return this.#volumes;
    throw new ServerFailure('OPERATION_INVALID', `storage pool '${this.name}' is not active`, 'STORAGE');
  }

  get info(): RemoteStoragePoolGetInfoRet {
    if (!this.isActive) return { state: StoragePoolState.INACTIVE, capacity: 0, allocation: 0, available: 0 };
    let allocation = 0;
    for (const volume of this.#volumes) allocation += volume.allocationBytes;
    return { state: StoragePoolState.RUNNING, capacity: POOL_BYTES, allocation, available: POOL_BYTES - allocation };
  }

  get xml(): string {
    const { capacity, allocation, available } = this.info;
    const pool = cloneXml(this.config);
    for (const [name, bytes] of Object.entries({ capacity, allocation, available })) {
      pool.children.push(element(name, { unit: 'bytes' }, bytes));
    }
    arrange(pool, ORDER);
    return `${formatXml(pool)}\n`;
  }

  volume(name: string): SimulatedVolume {
    const found = this.volumes.byName(name);
    if (found) return found;
    throw new ServerFailure(
      'NO_STORAGE_VOL',
      `Storage volume not found: no storage vol with matching name '${name}'`,
      'STORAGE',
    );
  }

  /** `like`: a volume whose bytes the new one begins with. */
  createVolume(xml: string, like?: SimulatedVolume): SimulatedVolume {
    const seed = readVolume(xml, this.name, this.folder);
    if (this.volumes.byName(seed.name)) {
      throw new ServerFailure('STORAGE_VOL_EXIST', `storage vol '${seed.name}' already exists`, 'STORAGE');
    }
    const volume = new SimulatedVolume(seed);
    if (like) {
      volume.bytes = like.bytes.copy();
      volume.capacityBytes = Math.max(volume.capacityBytes, like.capacityBytes);
    }
    return this.volumes.keep(volume);
  }
}

const TYPES = {
  dir: FLAG.DIR,
  fs: FLAG.FS,
  netfs: FLAG.NETFS,
  logical: FLAG.LOGICAL,
  disk: FLAG.DISK,
  iscsi: FLAG.ISCSI,
};

const filters: readonly FlagGroup<SimulatedPool>[] = [
  [
    [FLAG.ACTIVE, (pool) => pool.isActive],
    [FLAG.INACTIVE, (pool) => !pool.isActive],
  ],
  [
    [FLAG.PERSISTENT, (pool) => pool.isPersistent],
    [FLAG.TRANSIENT, (pool) => !pool.isPersistent],
  ],
  [
    [FLAG.AUTOSTART, (pool) => pool.autostart],
    [FLAG.NO_AUTOSTART, (pool) => !pool.autostart],
  ],
  Object.entries(TYPES).map(([type, flag]) => [flag, (pool: SimulatedPool) => pool.type === type] as const),
];

export class StoragePools {
  readonly #host: HostContext;
  readonly #byUuid = new Map<string, SimulatedPool>();

  constructor(host: HostContext) {
    this.#host = host;
    const uuid = hostUuid(host.identity);
    const xml = `<pool type='dir'><name>default</name><uuid>${uuid}</uuid><source/><target><path>${IMAGES}</path></target></pool>`;
    const disks = new LazyStore(guestDisks(host.identity, 'default', IMAGES));
    const first = new SimulatedPool(readPool(xml), true, disks);
    first.isActive = true;
    first.autostart = true;
    this.#byUuid.set(uuid, first);
  }

  list(flags = 0): SimulatedPool[] {
    return [...this.#byUuid.values()].filter((pool) => fits(pool, flags, filters));
  }

  find(uuid: string): SimulatedPool {
    return this.#byUuid.get(uuid) ?? missing(`no storage pool with matching uuid '${uuid}'`);
  }

  byName(name: string): SimulatedPool {
    return this.list().find((pool) => pool.name === name) ?? missing(`no storage pool with matching name '${name}'`);
  }

  byFolder(path: string): SimulatedPool {
    return (
      this.list().find((pool) => pool.folder === path) ?? missing(`no storage pool with matching target path '${path}'`)
    );
  }

  /** By key; here a volume's key is its path. */
  volumeAt(path: string): SimulatedVolume {
    for (const pool of this.list(FLAG.ACTIVE)) {
      const found = pool.volumes.byKey(path);
      if (found) return found;
    }
    throw new ServerFailure(
      'NO_STORAGE_VOL',
      `Storage volume not found: no storage vol with matching path '${path}'`,
      'STORAGE',
    );
  }

  define(xml: string, isPersistent = true): SimulatedPool {
    const config = readPool(xml);
    const [name, uuid] = [text(config, 'name'), text(config, 'uuid')];
    const known = this.list().find((pool) => pool.name === name || pool.uuid === uuid);
    if (known && (known.name !== name || known.uuid !== uuid)) {
      throw new ServerFailure(
        'OPERATION_FAILED',
        `pool '${known.name}' already exists with uuid ${known.uuid}`,
        'STORAGE',
      );
    }
    if (known) known.config = config;
    const pool = known ?? new SimulatedPool(config, isPersistent);
    this.#byUuid.set(pool.uuid, pool);
    if (isPersistent) this.#tell(pool, EVENT.DEFINED);
    return pool;
  }

  start(pool: SimulatedPool): SimulatedPool {
    if (pool.isActive)
      throw new ServerFailure('OPERATION_INVALID', `storage pool '${pool.name}' is already active`, 'STORAGE');
    pool.isActive = true;
    this.#tell(pool, EVENT.STARTED);
    return pool;
  }

  stop(pool: SimulatedPool): void {
    // Fails for a pool that is not active.
    if (pool.volumes) pool.isActive = false;
    if (!pool.isPersistent) this.#byUuid.delete(pool.uuid);
    this.#tell(pool, EVENT.STOPPED);
  }

  undefine(pool: SimulatedPool): void {
    this.#requireInactive(pool);
    this.#byUuid.delete(pool.uuid);
    this.#tell(pool, EVENT.UNDEFINED);
  }

  /** The folder itself is made and removed; there is none to be seen. */
  build(pool: SimulatedPool): void {
    this.#requireInactive(pool);
    this.#tell(pool, EVENT.CREATED);
  }

  delete(pool: SimulatedPool): void {
    this.#requireInactive(pool);
    this.#tell(pool, EVENT.DELETED);
  }

  refresh(pool: SimulatedPool): void {
    if (pool.volumes) this.#host.emit(poolRefresh(pool.ref));
  }

  #requireInactive(pool: SimulatedPool): void {
    if (pool.isActive)
      throw new ServerFailure('OPERATION_INVALID', `storage pool '${pool.name}' is still active`, 'STORAGE');
  }

  #tell(pool: SimulatedPool, event: (typeof EVENT)[keyof typeof EVENT]): void {
    this.#host.emit(poolLifecycle(pool.ref, event));
  }
}

function missing(problem: string): never {
  throw new ServerFailure('NO_STORAGE_POOL', `Storage pool not found: ${problem}`, 'STORAGE');
}

function readPool(xml: string): XmlElement {
  const pool = readNamed(xml, 'pool');
  completeUuid(pool, randomUUID);
  for (const name of ['capacity', 'allocation', 'available']) {
    pool.children = pool.children.filter((each) => each.type !== 'element' || each.name !== name);
  }
  arrange(pool, ORDER);
  return pool;
}

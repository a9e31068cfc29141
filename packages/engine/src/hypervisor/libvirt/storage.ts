import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  attribute,
  type Connection,
  child,
  element,
  formatXml,
  isLibvirtError,
  parseXml,
  type StoragePool,
  type StorageVolume,
  text,
} from '@domus/libvirt';
import type { FoundPool, FoundVolume, StoragePort, VolumeSpec } from '../port.ts';
import type { Access } from './vms.ts';

/** Folder in which the default storage pool lies, as the daemon sees it. */
export type PoolFolder = (name: string) => string;

export class LibvirtStorage implements StoragePort {
  readonly #access: Access;
  readonly #folder: PoolFolder;
  constructor(access: Access, folder: PoolFolder) {
    this.#access = access;
    this.#folder = folder;
  }

  pools(): Promise<FoundPool[]> {
    return this.#access.use(async (connection) => {
      const found = await Promise.all((await connection.storagePools.list()).map(lookAtPool));
      return found.filter((pool) => pool !== null);
    });
  }

  ensurePool(name: string): Promise<void> {
    return this.#access.use(async (connection) => {
      let pool = (await connection.storagePools.list()).find((each) => each.name === name);
      if (pool === undefined) {
        const xml = element(
          'pool',
          { type: 'dir' },
          element('name', {}, name),
          element('target', {}, element('path', {}, this.#folder(name))),
        );
        pool = await connection.storagePools.defineXML(formatXml(xml));
      }
      if (!(await pool.isActive())) {
        await pool.build();
        await pool.create();
      }
      await pool.setAutostart(true);
    });
  }

  volumes(pool: string): Promise<FoundVolume[]> {
    return this.#access.use(async (connection) => {
      const volumes = await (await connection.storagePools.lookupByName(pool)).listVolumes();
      return Promise.all(volumes.map(lookAtVolume));
    });
  }

  findVolume(pool: string, name: string): Promise<FoundVolume | null> {
    return this.#access.use(async (connection) => {
      const volume = await find(connection, pool, name);
      return volume === null ? null : lookAtVolume(volume);
    });
  }

  createVolume(pool: string, spec: VolumeSpec): Promise<FoundVolume> {
    return this.#access.use(async (connection) => lookAtVolume(await make(connection, pool, spec)));
  }

  uploadVolume(
    pool: string,
    spec: VolumeSpec,
    bytes: Readable,
    sizeBytes: number,
    { signal, onProgress }: { signal: AbortSignal; onProgress: (sent: number) => void },
  ): Promise<FoundVolume> {
    return this.#access.use(async (connection) => {
      // made raw, whatever the bytes are: the file that arrives says itself what it is
      const volume = await make(connection, pool, { ...spec, format: 'raw', capacityBytes: sizeBytes });
      try {
        let sent = 0;
        const counting = new Transform({
          transform(chunk: Buffer, _, done) {
            sent += chunk.length;
            onProgress(sent);
            done(null, chunk);
          },
        });
        await pipeline(bytes, counting, await volume.upload({ length: sizeBytes }, { signal }), { signal });
        if (sent !== sizeBytes) throw new Error(`${spec.name}: ${sent} of ${sizeBytes} bytes were there`);
        await refresh(await connection.storagePools.lookupByName(pool));
        return await lookAtVolume(volume);
      } catch (error) {
        await volume.delete();
        throw error;
      }
    });
  }

  deleteVolume(pool: string, name: string): Promise<void> {
    return this.#access.use(async (connection) => {
      try {
        await (await find(connection, pool, name))?.delete();
      } catch (error) {
        if (!isLibvirtError(error, 'NO_STORAGE_VOL')) throw error;
      }
    });
  }
}

/** Looks on the disk, too: a volume that came or went behind libvirt's back is seen after a refresh. */
async function find(connection: Connection, poolName: string, name: string): Promise<StorageVolume | null> {
  const pool = await connection.storagePools.lookupByName(poolName);
  for (const refreshed of [false, true]) {
    try {
      if (refreshed) await refresh(pool);
      const volume = await pool.lookupVolumeByName(name);
      await volume.getInfo();
      return volume;
    } catch (error) {
      if (
        !isLibvirtError(error, 'NO_STORAGE_VOL') &&
        !(isLibvirtError(error, 'INTERNAL_ERROR', 'SYSTEM_ERROR', 'OPERATION_INVALID') && !refreshed)
      )
        throw error;
    }
  }
  return null;
}

/**
 * Reads the folder again. While libvirt makes or fills any volume of the pool it refuses that (an internal error,
 * without a code of its own); its list then has what it made itself, which is enough.
 */
async function refresh(pool: StoragePool): Promise<void> {
  try {
    await pool.refresh();
  } catch (error) {
    if (!isLibvirtError(error, 'INTERNAL_ERROR')) throw error;
  }
}

/** qcow2 of version 3 (compat 1.1): libvirt's default is the old one, which has no checkpoints. */
function volumeXml(spec: VolumeSpec): string {
  const { backing } = spec;
  return formatXml(
    element(
      'volume',
      {},
      element('name', {}, spec.name),
      element('capacity', { unit: 'bytes' }, spec.capacityBytes),
      spec.format === 'raw' ? element('allocation', { unit: 'bytes' }, 0) : undefined,
      element(
        'target',
        {},
        element('format', { type: spec.format }),
        spec.format === 'qcow2' ? element('compat', {}, '1.1') : undefined,
      ),
      backing === null
        ? undefined
        : element('backingStore', {}, element('path', {}, backing.path), element('format', { type: backing.format })),
    ),
  );
}

async function make(connection: Connection, poolName: string, spec: VolumeSpec): Promise<StorageVolume> {
  const pool: StoragePool = await connection.storagePools.lookupByName(poolName);
  return pool.createVolumeXML(volumeXml(spec));
}

async function lookAtVolume(volume: StorageVolume): Promise<FoundVolume> {
  const [path, info, xml] = await Promise.all([volume.getPath(), volume.getInfo(), volume.getXMLDesc()]);
  return {
    name: volume.name,
    path,
    capacityBytes: Number(info.capacityBytes),
    allocationBytes: Number(info.allocationBytes),
    format: attribute(child(parseXml(xml), 'target', 'format'), 'type') ?? null,
  };
}

async function lookAtPool(pool: StoragePool): Promise<FoundPool | null> {
  try {
    const [info, xml] = await Promise.all([pool.getInfo(), pool.getXMLDesc()]);
    const root = parseXml(xml);
    const active = info.state === 'RUNNING' || info.state === 'DEGRADED';
    const bytes = (value: number | bigint) => (active ? Number(value) : null);
    return {
      name: pool.name,
      type: attribute(root, 'type') ?? 'unknown',
      path: text(root, 'target', 'path') ?? null,
      active,
      capacityBytes: bytes(info.capacityBytes),
      allocationBytes: bytes(info.allocationBytes),
      availableBytes: bytes(info.availableBytes),
    };
  } catch (error) {
    if (isLibvirtError(error, 'NO_STORAGE_POOL')) return null;
    throw error;
  }
}

import type { Readable, Writable } from 'node:stream';
import type { Caller, StreamOptions } from '../caller.ts';
import { COPY_DEADLINE_MS } from '../deadlines.ts';
import { enumName } from '../enum-name.ts';
import { StorageVolDownloadFlags, StorageVolType } from '../generated/enums.ts';
import type { RemoteNonnullStorageVol } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { type FileTransferOptions, receiveFile, sendFile } from '../streams/file-transfer.ts';
import { toReadable, toWritable } from '../streams/node-streams.ts';
import type { PacketStream } from '../streams/packet-stream.ts';
import { toNumber } from '../xdr/index.ts';

// The same for both directions.
const { SPARSE_STREAM } = StorageVolDownloadFlags;

/** virStorageVolInfo */
export interface StorageVolumeInfo {
  /** FILE, BLOCK, DIR, NETWORK, NETDIR, PLOOP */
  readonly type: keyof typeof StorageVolType | `${number}`;
  /** Size of the disk in it. */
  readonly capacityBytes: number;
  /** What the host has given to it. */
  readonly allocationBytes: number;
}

/** A part of a volume's bytes. `length` 0: to the end. */
export interface VolumeRange {
  /** Bytes from the start; default 0. */
  readonly offset?: number | bigint | undefined;
  /** Bytes; default 0: to the end. */
  readonly length?: number | bigint | undefined;
}

/** Which part of the volume, and how. */
export interface FileTransfer extends VolumeRange, StreamOptions, Partial<FileTransferOptions> {}

/** Volumes by key or path, whatever pool they are in. */
export class StorageVolumes {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** virStorageVolLookupByKey; NO_STORAGE_VOL where there is none. */
  async lookupByKey(key: string, options?: CallOptions): Promise<StorageVolume> {
    return new StorageVolume(this.#caller, (await this.#caller.call('storageVolLookupByKey', { key }, options)).vol);
  }

  /** virStorageVolLookupByPath; NO_STORAGE_VOL where there is none. */
  async lookupByPath(path: string, options?: CallOptions): Promise<StorageVolume> {
    return new StorageVolume(this.#caller, (await this.#caller.call('storageVolLookupByPath', { path }, options)).vol);
  }
}

/** A disk image or other volume. */
export class StorageVolume {
  readonly #caller: Caller;
  /** How the wire names it. */
  readonly ref: Readonly<RemoteNonnullStorageVol>;

  constructor(caller: Caller, ref: RemoteNonnullStorageVol) {
    this.#caller = caller;
    this.ref = ref;
  }

  /** virStorageVolGetName, without a call. */
  get name(): string {
    return this.ref.name;
  }

  /** virStorageVolGetKey, without a call: unique, also across pools. */
  get key(): string {
    return this.ref.key;
  }

  /** The pool it is in, without a call; virStoragePoolLookupByVolume. */
  get poolName(): string {
    return this.ref.pool;
  }

  /** virStorageVolGetPath: where the host finds it. */
  async getPath(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('storageVolGetPath', { vol: this.ref }, options)).name;
  }

  /** virStorageVolGetInfo */
  async getInfo(options?: CallOptions): Promise<StorageVolumeInfo> {
    const info = await this.#caller.call('storageVolGetInfo', { vol: this.ref }, options);
    return {
      type: enumName(StorageVolType, info.type),
      capacityBytes: toNumber(info.capacity),
      allocationBytes: toNumber(info.allocation),
    };
  }

  /** virStorageVolGetXMLDesc */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('storageVolGetXMLDesc', { vol: this.ref, flags: 0 }, options)).xml;
  }

  /** virStorageVolDelete; flags: StorageVolDeleteFlags. */
  async delete(flags = 0, options: CallOptions = {}): Promise<void> {
    await this.#caller.call('storageVolDelete', { vol: this.ref, flags }, { deadlineMs: COPY_DEADLINE_MS, ...options });
  }

  /** virStorageVolResize; flags: StorageVolResizeFlags (ALLOCATE, DELTA, SHRINK). */
  async resize(capacityBytes: number | bigint, flags = 0, options: CallOptions = {}): Promise<void> {
    const args = { vol: this.ref, capacity: capacityBytes, flags };
    await this.#caller.call('storageVolResize', args, { deadlineMs: COPY_DEADLINE_MS, ...options });
  }

  /** virStorageVolWipe: overwrites it with zeros. */
  async wipe(options: CallOptions = {}): Promise<void> {
    await this.#caller.call(
      'storageVolWipe',
      { vol: this.ref, flags: 0 },
      { deadlineMs: COPY_DEADLINE_MS, ...options },
    );
  }

  /** virStorageVolDownload: the bytes of the volume's container (a qcow2 file comes as that file). */
  async download(range: VolumeRange = {}, options?: StreamOptions): Promise<Readable> {
    const { stream } = await this.#caller.openStream('storageVolDownload', this.#range(range, 0), options);
    return toReadable(stream);
  }

  /** virStorageVolUpload: 'finish' comes when the daemon has everything. */
  async upload(range: VolumeRange = {}, options?: StreamOptions): Promise<Writable> {
    const { stream } = await this.#caller.openStream('storageVolUpload', this.#range(range, 0), options);
    return toWritable(stream);
  }

  /**
   * Sends a file of this machine (virStorageVolUpload), with little memory and at the daemon's speed. A file that is larger
   * than the range is an error of the daemon.
   */
  async uploadFile(path: string, options: FileTransfer = {}): Promise<void> {
    const sparse = options.sparse ?? false;
    const args = this.#range(options, sparse ? SPARSE_STREAM : 0);
    const open = async () => (await this.#caller.openStream('storageVolUpload', args, options)).stream;
    await sendFile(path, open, { ...options, sparse });
  }

  /** Writes the volume's bytes to a file of this machine (virStorageVolDownload); resolves to their number. */
  async downloadFile(path: string, options: FileTransfer = {}): Promise<number> {
    const args = this.#range(options, options.sparse ? SPARSE_STREAM : 0);
    const { stream } = await this.#caller.openStream('storageVolDownload', args, options);
    return receiveFile(path, stream, options);
  }

  /** virStorageVolDownload, as packets: holes come as holes. */
  async downloadSparse(range: VolumeRange = {}, options?: StreamOptions): Promise<PacketStream> {
    return (await this.#caller.openStream('storageVolDownload', this.#range(range, SPARSE_STREAM), options)).stream;
  }

  /** virStorageVolUpload, as packets: `write()`, `writeHole()`, at last `finish()`. */
  async uploadSparse(range: VolumeRange = {}, options?: StreamOptions): Promise<PacketStream> {
    return (await this.#caller.openStream('storageVolUpload', this.#range(range, SPARSE_STREAM), options)).stream;
  }

  #range(range: VolumeRange, flags: number) {
    return { vol: this.ref, offset: range.offset ?? 0, length: range.length ?? 0, flags };
  }
}

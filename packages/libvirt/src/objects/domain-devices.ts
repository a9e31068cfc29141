import type { Caller } from '../caller.ts';
import { COPY_DEADLINE_MS, START_DEADLINE_MS } from '../deadlines.ts';
import { enumName } from '../enum-name.ts';
import { DomainBlockJobType } from '../generated/enums.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { fromTypedParameters, type TypedParameters } from '../typed-parameters.ts';
import { toNumber } from '../xdr/index.ts';
import type { DomainRef } from './domain-ref.ts';

export interface BlockInfo {
  readonly capacityBytes: number;
  /** Bytes the host has given to it. */
  readonly allocationBytes: number;
  /** Size of the container, e.g. of the file. */
  readonly physicalBytes: number;
}

export interface BlockJobInfo {
  readonly type: string;
  readonly bandwidth: number;
  /** Progress is `current` of `end`; both 0 while it starts. */
  readonly current: number;
  readonly end: number;
}

/** Hot-plug and disks of one domain. Flags: DomainDeviceModifyFlags (LIVE 1, CONFIG 2, FORCE 4). */
export class DomainDevices {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  async attach(xml: string, flags = 0, options: CallOptions = {}): Promise<void> {
    const slow = { deadlineMs: START_DEADLINE_MS, ...options };
    await this.#caller.call('domainAttachDeviceFlags', { dom: this.#dom, xml, flags }, slow);
  }

  /** Asks the guest to let go; the event domain-device-removed tells when it did. */
  async detach(xml: string, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainDetachDeviceFlags', { dom: this.#dom, xml, flags }, options);
  }

  async detachAlias(alias: string, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainDetachDeviceAlias', { dom: this.#dom, alias, flags }, options);
  }

  /** Changes a device in place: media, link state, graphics passwords. */
  async update(xml: string, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainUpdateDeviceFlags', { dom: this.#dom, xml, flags }, options);
  }

  /** `path`: the target (`vda`) or the source path. */
  async getBlockInfo(path: string, options?: CallOptions): Promise<BlockInfo> {
    const info = await this.#caller.call('domainGetBlockInfo', { dom: this.#dom, path, flags: 0 }, options);
    return {
      capacityBytes: toNumber(info.capacity),
      allocationBytes: toNumber(info.allocation),
      physicalBytes: toNumber(info.physical),
    };
  }

  /** Grows (or shrinks) a disk of a running domain. */
  async blockResize(disk: string, sizeBytes: number | bigint, options: CallOptions = {}): Promise<void> {
    const args = { dom: this.#dom, disk, size: sizeBytes, flags: 1 }; // VIR_DOMAIN_BLOCK_RESIZE_BYTES
    await this.#caller.call('domainBlockResize', args, { deadlineMs: COPY_DEADLINE_MS, ...options });
  }

  /** Starts to copy a disk elsewhere; `destination` is a `<disk>`; flags: DomainBlockCopyFlags. */
  async blockCopy(
    disk: string,
    destination: string,
    params: TypedParameters = {},
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.#dom, path: disk, destxml: destination, params: fromTypedParameters(params), flags };
    await this.#caller.call('domainBlockCopy', args, options);
  }

  /** Starts to merge `top` (null: the active image) into `base` (null: the lowest); flags: DomainBlockCommitFlags. */
  async blockCommit(
    disk: string,
    base: string | null = null,
    top: string | null = null,
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    await this.#caller.call('domainBlockCommit', { dom: this.#dom, disk, base, top, bandwidth: 0, flags }, options);
  }

  /** Starts to pull all backing images into the active one. */
  async blockPull(disk: string, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainBlockPull', { dom: this.#dom, path: disk, bandwidth: 0, flags }, options);
  }

  /** Undefined where the disk has no job. */
  async getBlockJobInfo(disk: string, flags = 0, options?: CallOptions): Promise<BlockJobInfo | undefined> {
    const job = await this.#caller.call('domainGetBlockJobInfo', { dom: this.#dom, path: disk, flags }, options);
    if (job.found === 0) return undefined;
    return {
      type: enumName(DomainBlockJobType, job.type),
      bandwidth: toNumber(job.bandwidth),
      current: toNumber(job.cur),
      end: toNumber(job.end),
    };
  }

  /** Ends a job; flags: DomainBlockJobAbortFlags (ASYNC 1, PIVOT 2). */
  async blockJobAbort(disk: string, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainBlockJobAbort', { dom: this.#dom, path: disk, flags }, options);
  }

  /** I/O limits by libvirt's names, e.g. `total_iops_sec: { type: 'ULLONG', value: 500 }`. */
  async setBlockIoTune(disk: string, params: TypedParameters, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.#dom, disk, params: fromTypedParameters(params), flags };
    await this.#caller.call('domainSetBlockIoTune', args, options);
  }
}

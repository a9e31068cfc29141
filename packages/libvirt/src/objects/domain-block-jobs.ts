import type { Caller } from '../caller.ts';
import { DomainBlockCommitFlags, DomainBlockPullFlags } from '../generated/enums.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { fromTypedParameters, type TypedParameters } from '../typed-parameters.ts';
import type { Hyper } from '../xdr/index.ts';
import { BlockJob, type BlockJobInfo, blockJobInfo } from './block-job.ts';
import type { DomainRef } from './domain-ref.ts';

/** How fast a block job may be. */
export interface BlockJobOptions extends CallOptions {
  /** Default no limit. */
  readonly bandwidthBytesPerSecond?: Hyper | undefined;
}

/** How a disk is copied: VIR_DOMAIN_BLOCK_COPY_*. */
export interface BlockCopyOptions extends BlockJobOptions {
  /** How large the blocks are in which changes are noticed; default the hypervisor's choice. */
  readonly granularityBytes?: number | undefined;
  /** How much may be under way; default the hypervisor's choice. */
  readonly bufferBytes?: Hyper | undefined;
}

/** A part of a chain of images, by paths or as `vda[1]`. */
export interface ImageRange {
  /** What is committed into; default the lowest. */
  readonly base?: string | undefined;
  /** The uppermost that is committed; default the active image, for which the flag ACTIVE is needed. */
  readonly top?: string | undefined;
}

/** Work on the images of a running domain's disks. `disk` is the target, e.g. `vda`; a disk has one job at a time. */
export class DomainBlockJobs {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  /**
   * Starts to copy a disk elsewhere and then to keep the copy up to date; `destination` is a `<disk>`. virDomainBlockCopy;
   * flags: DomainBlockCopyFlags (SHALLOW, REUSE_EXT, TRANSIENT_JOB, SYNCHRONOUS_WRITES).
   */
  copy(disk: string, destination: string, flags = 0, options: BlockCopyOptions = {}): Promise<BlockJob> {
    const { bandwidthBytesPerSecond, granularityBytes, bufferBytes } = options;
    const params: TypedParameters = {
      ...(bandwidthBytesPerSecond !== undefined && { bandwidth: { type: 'ULLONG', value: bandwidthBytesPerSecond } }),
      ...(granularityBytes !== undefined && { granularity: { type: 'UINT', value: granularityBytes } }),
      ...(bufferBytes !== undefined && { 'buf-size': { type: 'ULLONG', value: bufferBytes } }),
    };
    const args = { dom: this.#dom, path: disk, destxml: destination, params: fromTypedParameters(params), flags };
    return this.#start(disk, options, () => this.#caller.call('domainBlockCopy', args, options));
  }

  /**
   * Starts to merge images into one below them. virDomainBlockCommit; flags: DomainBlockCommitFlags (ACTIVE: the image that
   * the guest writes to, ended by `pivot()`; DELETE, SHALLOW, RELATIVE).
   */
  commit(disk: string, range: ImageRange = {}, flags = 0, options: BlockJobOptions = {}): Promise<BlockJob> {
    const { base = null, top = null } = range;
    const bandwidth = options.bandwidthBytesPerSecond ?? 0;
    const args = { dom: this.#dom, disk, base, top, bandwidth, flags: flags | DomainBlockCommitFlags.BANDWIDTH_BYTES };
    return this.#start(disk, options, () => this.#caller.call('domainBlockCommit', args, options));
  }

  /** Starts to pull backing images into the active one: all (virDomainBlockPull), or those above `base` (virDomainBlockRebase). */
  pull(disk: string, base: string | null = null, flags = 0, options: BlockJobOptions = {}): Promise<BlockJob> {
    const bandwidth = options.bandwidthBytesPerSecond ?? 0;
    const args = { dom: this.#dom, path: disk, bandwidth, flags: flags | DomainBlockPullFlags.BANDWIDTH_BYTES };
    return this.#start(disk, options, () =>
      base === null
        ? this.#caller.call('domainBlockPull', args, options)
        : this.#caller.call('domainBlockRebase', { ...args, base }, options),
    );
  }

  /**
   * virDomainGetBlockJobInfo: the job that runs already on a disk, to wait for it or to end it; undefined where there
   * is none.
   */
  async find(disk: string, options?: CallOptions): Promise<BlockJob | undefined> {
    const events = await this.#subscribe(options);
    const info = await this.getInfo(disk, options).catch(async (error) => {
      await events.close();
      throw error;
    });
    if (info) return new BlockJob(this.#caller, this.#dom, disk, events);
    await events.close();
    return undefined;
  }

  /** virDomainGetBlockJobInfo; undefined where the disk has no job. */
  getInfo(disk: string, options?: CallOptions): Promise<BlockJobInfo | undefined> {
    return blockJobInfo(this.#caller, this.#dom, disk, options);
  }

  #subscribe(options?: CallOptions) {
    return this.#caller.events.subscribe(['domain-block-job'], { ...options, domain: this.#dom });
  }

  /** Subscribes first: a small disk is done before the reply is read. */
  async #start(disk: string, options: CallOptions, start: () => Promise<void>): Promise<BlockJob> {
    const events = await this.#subscribe(options);
    try {
      await start();
    } catch (error) {
      await events.close();
      throw error;
    }
    return new BlockJob(this.#caller, this.#dom, disk, events);
  }
}

import type { Caller } from '../caller.ts';
import { enumName } from '../enum-name.ts';
import { LibvirtError } from '../errors.ts';
import type { EventSubscription } from '../events/subscription.ts';
import {
  DomainBlockJobAbortFlags,
  DomainBlockJobInfoFlags,
  DomainBlockJobSetSpeedFlags,
  DomainBlockJobType,
} from '../generated/enums.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { type Hyper, toNumber } from '../xdr/index.ts';
import type { DomainRef } from './domain-ref.ts';
import { type JobWaitOptions, waitForJob } from './job-wait.ts';

/** How far a block job is: virDomainBlockJobInfo. */
export interface BlockJobInfo {
  /** PULL, COPY, COMMIT, ACTIVE_COMMIT, BACKUP */
  readonly type: keyof typeof DomainBlockJobType | `${number}`;
  /** 0: no limit. */
  readonly bandwidthBytesPerSecond: number;
  /** Progress is `current` of `end`; both 0 while it starts. */
  readonly current: number;
  /** What `current` will be when it is done; it may grow. */
  readonly end: number;
}

/** A block job on one disk of a domain. Its events are subscribed to as long as it runs. */
export class BlockJob {
  readonly #caller: Caller;
  readonly #dom: DomainRef;
  /** The target, e.g. `vda`. */
  readonly disk: string;
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended: Promise<string>;
  readonly #completed: Promise<void>;

  /** `events`: of this domain, from before the job was started. Use `domain.blockJobs`. */
  constructor(caller: Caller, dom: DomainRef, disk: string, events: EventSubscription<'domain-block-job'>) {
    this.#caller = caller;
    this.#dom = dom;
    this.disk = disk;
    this.#ended = this.#follow(events);
    this.#completed = this.#ended.then((status) => this.#requireCompleted(status));
    this.#completed.then(this.#ready.resolve, this.#ready.reject);
    // Whoever does not wait has no use for the failure.
    this.#ready.promise.catch(() => undefined);
  }

  /** Undefined once it has ended; virDomainGetBlockJobInfo. */
  getInfo(options?: CallOptions): Promise<BlockJobInfo | undefined> {
    return blockJobInfo(this.#caller, this.#dom, this.disk, options);
  }

  /** 0: no limit; virDomainBlockJobSetSpeed. */
  async setSpeed(bandwidthBytesPerSecond: Hyper, options?: CallOptions): Promise<void> {
    const flags = DomainBlockJobSetSpeedFlags.BANDWIDTH_BYTES;
    const args = { dom: this.#dom, path: this.disk, bandwidth: bandwidthBytesPerSecond, flags };
    await this.#caller.call('domainBlockJobSetSpeed', args, options);
  }

  /**
   * Resolves when a copy or the commit of an active image has caught up: from then on `pivot()` or `cancel()` ends it.
   * It waits by its event (virConnectDomainEventRegisterAny).
   */
  ready(options: JobWaitOptions<BlockJobInfo> = {}): Promise<void> {
    return this.#wait(this.#ready.promise, options);
  }

  /**
   * Resolves when it has done its work and ended. Else OPERATION_FAILED, or OPERATION_ABORTED where somebody cancelled
   * it. It waits by its event (virConnectDomainEventRegisterAny).
   */
  completed(options: JobWaitOptions<BlockJobInfo> = {}): Promise<void> {
    return this.#wait(this.#completed, options);
  }

  /**
   * virDomainBlockJobAbort with PIVOT ends a job that is ready: the disk is from now on the copy, or the image that was
   * committed into.
   */
  async pivot(options: CallOptions = {}): Promise<void> {
    await this.#abort(DomainBlockJobAbortFlags.PIVOT, options);
    await this.completed(options);
  }

  /**
   * virDomainBlockJobAbort ends it, ready or not: the disk stays what it was. A copy that was ready stays as it is at
   * this moment.
   */
  async cancel(options: CallOptions = {}): Promise<void> {
    await this.#abort(0, options);
    await this.#wait(this.#ended, options);
  }

  /** virDomainBlockJobAbort */
  async #abort(flags: number, options: CallOptions): Promise<void> {
    await this.#caller.call('domainBlockJobAbort', { dom: this.#dom, path: this.disk, flags }, options);
  }

  #wait<T>(outcome: Promise<T>, options: JobWaitOptions<BlockJobInfo>): Promise<T> {
    return waitForJob(this.#name, outcome, () => this.getInfo(), options);
  }

  /** Resolves with the status by which it ended: COMPLETED, FAILED, CANCELED. */
  async #follow(events: EventSubscription<'domain-block-job'>): Promise<string> {
    for await (const event of events) {
      if (event.kind === 'overflow') break;
      if (event.disk !== this.disk) continue;
      if (event.status !== 'READY') return event.status;
      this.#ready.resolve();
    }
    throw new LibvirtError({ code: 'OPERATION_FAILED', message: `${this.#name}: its events were lost` });
  }

  #requireCompleted(status: string): void {
    if (status === 'COMPLETED') return;
    const code = status === 'CANCELED' ? 'OPERATION_ABORTED' : 'OPERATION_FAILED';
    throw new LibvirtError({ code, message: `${this.#name}: ${status}` });
  }

  get #name(): string {
    return `block job of '${this.#dom.name}' on ${this.disk}`;
  }
}

export async function blockJobInfo(
  caller: Caller,
  dom: DomainRef,
  disk: string,
  options?: CallOptions,
): Promise<BlockJobInfo | undefined> {
  const flags = DomainBlockJobInfoFlags.BANDWIDTH_BYTES;
  const job = await caller.call('domainGetBlockJobInfo', { dom, path: disk, flags }, options);
  if (job.found === 0) return undefined;
  return {
    type: enumName(DomainBlockJobType, job.type),
    bandwidthBytesPerSecond: toNumber(job.bandwidth),
    current: toNumber(job.cur),
    end: toNumber(job.end),
  };
}

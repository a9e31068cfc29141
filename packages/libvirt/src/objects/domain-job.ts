import type { Caller } from '../caller.ts';
import { enumName } from '../enum-name.ts';
import { isLibvirtError } from '../errors.ts';
import { DomainJobOperation, DomainJobType } from '../generated/enums.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { type TypedValues, toTypedValues } from '../typed-parameters.ts';
import { toNumber } from '../xdr/index.ts';
import type { DomainRef } from './domain-ref.ts';

/** How far a job is: virDomainJobInfo and what virDomainGetJobStats has beyond it. */
export interface JobStats {
  /** NONE: nothing is under way. BOUNDED: its end can be foreseen, UNBOUNDED: not. COMPLETED, FAILED, CANCELLED. */
  readonly type: keyof typeof DomainJobType | `${number}`;
  /** MIGRATION_OUT, SAVE, BACKUP, …; UNKNOWN where the daemon does not tell. */
  readonly operation: keyof typeof DomainJobOperation | `${number}`;
  /** Milliseconds since it began. */
  readonly timeElapsedMs: number;
  /** Memory and disks together; 0 where the daemon does not tell. What is written meanwhile comes on top. */
  readonly totalBytes: number;
  /** What has been copied. */
  readonly processedBytes: number;
  /** What is still to be copied. */
  readonly remainingBytes: number;
  /** All of it by libvirt's names (VIR_DOMAIN_JOB_*): `downtime` (ms), `memory_dirty_rate`, `errmsg`, … */
  readonly params: TypedValues;
}

/** The job of a domain that is under way: migration, save, dump, backup. A domain has one at a time; block jobs are apart. */
export class DomainJob {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  /** virDomainGetJobStats; flags: DomainGetJobStatsFlags (COMPLETED: of the last job, KEEP_COMPLETED: and keep them). */
  async getStats(flags = 0, options?: CallOptions): Promise<JobStats> {
    const { type, params } = await this.#caller.call('domainGetJobStats', { dom: this.#dom, flags }, options);
    return jobStats(enumName(DomainJobType, type), toTypedValues(params));
  }

  /** virDomainAbortJob; flags: DomainAbortJobFlags (POSTCOPY), for which virDomainAbortJobFlags. Pull backups end by it. */
  async abort(flags = 0, options?: CallOptions): Promise<void> {
    if (flags === 0) await this.#caller.call('domainAbortJob', { dom: this.#dom }, options);
    else await this.#caller.call('domainAbortJobFlags', { dom: this.#dom, flags }, options);
  }
}

/** The stats while a job runs. Undefined: there is none, or the daemon cannot tell now, being busy with it. */
export async function runningJob(job: DomainJob): Promise<JobStats | undefined> {
  try {
    const stats = await job.getStats();
    return stats.type === 'NONE' ? undefined : stats;
  } catch (error) {
    if (isLibvirtError(error)) return undefined;
    throw error;
  }
}

/** From typed parameters, as virDomainGetJobStats and the event domain-job-completed have them. */
export function jobStats(type: JobStats['type'], params: TypedValues): JobStats {
  const number = (name: string) => {
    const value = params[name];
    return typeof value === 'number' || typeof value === 'bigint' ? toNumber(value) : undefined;
  };
  // Backups count their disks alone.
  const bytes = (what: string) => number(`data_${what}`) ?? number(`disk_${what}`) ?? 0;
  return {
    type,
    operation: enumName(DomainJobOperation, number('operation') ?? DomainJobOperation.UNKNOWN),
    timeElapsedMs: number('time_elapsed') ?? 0,
    totalBytes: bytes('total'),
    processedBytes: bytes('processed'),
    remainingBytes: bytes('remaining'),
    params,
  };
}

import type { Caller } from '../caller.ts';
import { LibvirtError } from '../errors.ts';
import type { EventSubscription } from '../events/subscription.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { DomainJob, type JobStats, jobStats, runningJob } from './domain-job.ts';
import type { DomainRef } from './domain-ref.ts';
import { type JobWaitOptions, waitForJob } from './job-wait.ts';

/** A backup under way. Its event is subscribed to as long as it runs. */
export class BackupJob {
  readonly #job: DomainJob;
  readonly #name: string;
  readonly #ended: Promise<JobStats>;

  /** `events`: of this domain, from before the backup began. Use `domain.backup.begin()`. */
  constructor(caller: Caller, dom: DomainRef, events: EventSubscription<'domain-job-completed'>) {
    this.#job = new DomainJob(caller, dom);
    this.#name = `backup of '${dom.name}'`;
    this.#ended = this.#follow(events);
    // Whoever does not wait has no use for the failure.
    this.#ended.catch(() => undefined);
  }

  /**
   * Resolves with its statistics when all is written; OPERATION_FAILED tells what QEMU said. Of `push`: `pull` never
   * ends so. It waits by its event (virConnectDomainEventRegisterAny).
   */
  async completed(options: JobWaitOptions<JobStats> = {}): Promise<JobStats> {
    const stats = await waitForJob(this.#name, this.#ended, () => runningJob(this.#job), options);
    if (stats.type === 'COMPLETED') return stats;
    const reason = String(stats.params['errmsg'] ?? 'it was ended before');
    throw new LibvirtError({ code: 'OPERATION_FAILED', message: `${this.#name}: ${reason}` });
  }

  /** Ends it (virDomainAbortJob): the way that a `pull` backup ends, and how a `push` is given up. Resolves when it is over. */
  async end(options: CallOptions = {}): Promise<void> {
    await this.#job.abort(0, options);
    await waitForJob(this.#name, this.#ended, () => runningJob(this.#job), options);
  }

  async #follow(events: EventSubscription<'domain-job-completed'>): Promise<JobStats> {
    for await (const event of events) {
      if (event.kind === 'overflow') break;
      const stats = jobStats(event.params['success'] === false ? 'FAILED' : 'COMPLETED', event.params);
      if (stats.operation !== 'BACKUP') continue;
      // The daemon tells it before QEMU has closed the images; it answers when that is done.
      await runningJob(this.#job);
      return stats;
    }
    throw new LibvirtError({ code: 'OPERATION_FAILED', message: `${this.#name}: its events were lost` });
  }
}

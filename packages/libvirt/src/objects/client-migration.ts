/**
 * Live migration driven by the client, version 3 of the protocol with parameters, as virDomainMigrate3 drives it:
 *
 *     source  Begin     → XML for the target, cookie    guards the guest against changes from here on
 *     target  Prepare   → URI where it listens, cookie  a hypervisor waits there for the guest
 *     source  Perform   → cookie                        copies; in the end the guest stands still
 *     target  Finish    → the domain, cookie            the guest goes on there; cancelled: it is dropped there
 *     source  Confirm                                   it is dropped here; cancelled: it goes on here
 *
 * Each phase gets the cookie of the one before. When a phase has failed the later ones are told by `cancelled`; only of a
 * failed Perform the source needs no word, since it has cleaned up itself.
 */
import type { Caller } from '../caller.ts';
import { COPY_DEADLINE_MS, START_DEADLINE_MS } from '../deadlines.ts';
import { isLibvirtError, LibvirtError } from '../errors.ts';
import { DriverFeature } from '../features.ts';
import { DomainMigrateFlags, DomainState } from '../generated/enums.ts';
import type {
  RemoteDomainMigrateFinish3ParamsRet,
  RemoteNonnullDomain,
  RemoteTypedParam,
} from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { fromTypedParameters } from '../typed-parameters.ts';
import { DomainJob, type JobStats, runningJob } from './domain-job.ts';
import type { DomainRef } from './domain-ref.ts';
import type { MigrationStop } from './migration-stop.ts';
import { type ProgressOptions, reportProgress } from './progress.ts';

const { ABORT_ON_ERROR, AUTO_CONVERGE, CHANGE_PROTECTION, OFFLINE, PAUSED } = DomainMigrateFlags;
const NO_COOKIE = new Uint8Array();
const CLEAN_UP: CallOptions = { deadlineMs: START_DEADLINE_MS };

export interface MigrationRoute {
  readonly source: Caller;
  readonly dom: DomainRef;
  readonly target: Caller;
}

interface Performed {
  readonly cookie: Uint8Array;
  readonly failure?: unknown;
  /** The source has cleaned up after a Perform that failed. */
  readonly sourceKnows: boolean;
}

export class ClientMigration {
  readonly #source: Caller;
  readonly #target: Caller;
  readonly #dom: DomainRef;
  readonly #stop: MigrationStop;
  #flags: number;
  #params: RemoteTypedParam[];
  /** CHANGE_PROTECTION, where the source knows it; never for the target. */
  #protection = 0;

  constructor({ source, dom, target }: MigrationRoute, flags: number, params: RemoteTypedParam[], stop: MigrationStop) {
    this.#source = source;
    this.#target = target;
    this.#dom = dom;
    this.#flags = flags & ~CHANGE_PROTECTION;
    this.#params = params;
    this.#stop = stop;
  }

  /** Resolves with the domain at the target; when it rejects, the guest is where it was. */
  async run(progress: ProgressOptions<JobStats>): Promise<RemoteNonnullDomain> {
    await this.#requireFeatures();
    const prepared = await this.#prepare(await this.#begin());
    const { cookie, failure, sourceKnows } = await this.#perform(prepared, progress);
    let finished: RemoteDomainMigrateFinish3ParamsRet;
    try {
      finished = await this.#finish(cookie, failure !== undefined);
    } catch (error) {
      if (!sourceKnows) await this.#confirm(NO_COOKIE, true);
      throw this.#explain(failure, error);
    }
    // A target that finished has the guest, even one that was told not to.
    if (!sourceKnows) await this.#confirm(finished.cookie_out, false);
    return finished.dom;
  }

  get #sourceFlags(): number {
    return this.#flags | this.#protection;
  }

  get #targetFlags(): number {
    return this.#flags & ~(ABORT_ON_ERROR | AUTO_CONVERGE);
  }

  async #requireFeatures(): Promise<void> {
    const required = ['MIGRATION_PARAMS', ...(this.#flags & OFFLINE ? (['MIGRATION_OFFLINE'] as const) : [])] as const;
    for (const feature of required) {
      for (const [side, caller] of Object.entries({ source: this.#source, target: this.#target })) {
        if (await supports(caller, feature)) continue;
        throw new LibvirtError({ code: 'NO_SUPPORT', message: `migration: the ${side} does not know ${feature}` });
      }
    }
    if (await supports(this.#source, 'MIGRATE_CHANGE_PROTECTION')) this.#protection = CHANGE_PROTECTION;
  }

  async #begin(): Promise<Uint8Array> {
    this.#stop.signal.throwIfAborted();
    const args = { dom: this.#dom, params: this.#params, flags: this.#sourceFlags };
    const { cookie_out, xml } = await this.#source.call('domainMigrateBegin3Params', args, this.#patient);
    this.#set('destination_xml', xml);
    return cookie_out;
  }

  async #prepare(cookie_in: Uint8Array): Promise<Uint8Array> {
    try {
      const { state } = await this.#source.call('domainGetState', { dom: this.#dom, flags: 0 }, this.#patient);
      if (state === DomainState.PAUSED) this.#flags |= PAUSED;
      this.#stop.signal.throwIfAborted();
      const args = { params: this.#params, cookie_in, flags: this.#targetFlags };
      const { cookie_out, uri_out } = await this.#target.call('domainMigratePrepare3Params', args, this.#patient);
      if (uri_out !== null) this.#set('migrate_uri', uri_out);
      return cookie_out;
    } catch (error) {
      await this.#confirm(NO_COOKIE, true);
      throw error;
    }
  }

  async #perform(cookie: Uint8Array, progress: ProgressOptions<JobStats>): Promise<Performed> {
    if (this.#stop.error) return { cookie, failure: this.#stop.error, sourceKnows: false };
    if (this.#flags & OFFLINE) return { cookie: NO_COOKIE, sourceKnows: false };
    try {
      return { cookie: await this.#copy(cookie, progress), sourceKnows: false };
    } catch (failure) {
      return { cookie: NO_COOKIE, failure, sourceKnows: true };
    }
  }

  async #copy(cookie_in: Uint8Array, progress: ProgressOptions<JobStats>): Promise<Uint8Array> {
    const job = new DomainJob(this.#source, this.#dom);
    // Refused where it is too late, as after the switch to post-copy: then the guest is going, and is not to be cancelled.
    const abort = () => void job.abort().catch(() => this.#stop.tooLate());
    const { signal } = this.#stop;
    signal.addEventListener('abort', abort, { once: true });
    const ended = new AbortController();
    reportProgress(() => runningJob(job), progress, ended.signal).catch((cause) =>
      this.#stop.now('ABORTED', 'onProgress threw', cause),
    );
    try {
      const args = { dom: this.#dom, dconnuri: null, params: this.#params, cookie_in, flags: this.#sourceFlags };
      return (await this.#source.call('domainMigratePerform3Params', args, this.#patient)).cookie_out;
    } finally {
      signal.removeEventListener('abort', abort);
      ended.abort();
    }
  }

  #finish(cookie_in: Uint8Array, isCancelled: boolean) {
    if (!this.#params.some(({ field }) => field === 'destination_name')) this.#set('destination_name', this.#dom.name);
    const args = { params: this.#params, cookie_in, flags: this.#targetFlags, cancelled: isCancelled ? 1 : 0 };
    return this.#target.call(
      'domainMigrateFinish3Params',
      args,
      isCancelled ? CLEAN_UP : { deadlineMs: COPY_DEADLINE_MS },
    );
  }

  async #confirm(cookie_in: Uint8Array, isCancelled: boolean): Promise<void> {
    const cancelled = isCancelled ? 1 : 0;
    const args = { dom: this.#dom, params: this.#params, cookie_in, flags: this.#sourceFlags, cancelled };
    try {
      await this.#source.call('domainMigrateConfirm3Params', args, CLEAN_UP);
    } catch (error) {
      // Where the guest is has been decided, and what led here must not be hidden.
      process.emitWarning(`'${this.#dom.name}' may be left paused at the source of its migration: ${String(error)}`);
    }
  }

  /** The reason that helps most: why it was stopped, else why Perform failed, unless the target knows more. */
  #explain(performFailure: unknown, finishFailure: unknown): unknown {
    const { error } = this.#stop;
    if (performFailure !== undefined && error) return error;
    const isVague = isLibvirtError(performFailure, 'OPERATION_FAILED') && performFailure.domain === 'QEMU';
    const isTelling =
      isLibvirtError(finishFailure) && finishFailure.domain === 'QEMU' && finishFailure.code !== 'MIGRATE_FINISH_OK';
    return performFailure === undefined || (isVague && isTelling) ? finishFailure : performFailure;
  }

  /** A phase ends by its job being aborted, not by our leaving: what stops the migration is not what ends this wait. */
  get #patient(): CallOptions {
    return { deadlineMs: Number.POSITIVE_INFINITY, signal: this.#stop.patience };
  }

  #set(field: string, value: string): void {
    const others = this.#params.filter((param) => param.field !== field);
    this.#params = [...others, ...fromTypedParameters({ [field]: { type: 'STRING', value } })];
  }
}

async function supports(caller: Caller, feature: keyof typeof DriverFeature): Promise<boolean> {
  return (await caller.call('connectSupportsFeature', { feature: DriverFeature[feature] })).supported === 1;
}

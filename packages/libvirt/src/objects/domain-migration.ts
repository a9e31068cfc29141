import type { Caller } from '../caller.ts';
import { COPY_DEADLINE_MS } from '../deadlines.ts';
import { LibvirtError } from '../errors.ts';
import { DomainMigrateFlags } from '../generated/enums.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { toNumber } from '../xdr/index.ts';
import { ClientMigration } from './client-migration.ts';
import type { JobStats } from './domain-job.ts';
import type { DomainRef } from './domain-ref.ts';
import { type MigrationParameters, migrationParameters } from './migration-parameters.ts';
import { MigrationStop } from './migration-stop.ts';
import type { ProgressOptions } from './progress.ts';

const { PEER2PEER, TUNNELLED } = DomainMigrateFlags;

/** A connection to the host that a domain goes to. */
export interface MigrationTarget<Domain> extends Caller {
  /** Its domains. */
  readonly domains: { reference(ref: DomainRef): Domain };
}

/** Signal, deadline and progress of a migration. */
export interface MigrationOptions extends CallOptions, ProgressOptions<JobStats> {}

/** Moves one domain to another host. Flags: DomainMigrateFlags (LIVE, PERSIST_DEST, UNDEFINE_SOURCE, POSTCOPY, …). */
export class DomainMigration {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  /**
   * Moves it to the host of another connection, driven from here (virDomainMigrate3); resolves with the domain there. The
   * hypervisors reach each other, the daemons need not: `toURI` is for those that do.
   *
   * The signal, the deadline (6 hours unless told otherwise) or the loss of the target's connection abort the job, and the
   * guest goes on here: ABORTED, DEADLINE_EXCEEDED, CONNECTION_LOST. An abort that comes too late is without effect.
   * `onProgress` tells memory and disks (NON_SHARED_DISK) together; from within it `startPostCopy()` may be called.
   *
   * If the connection to the target is lost in the very last phase, while its answer is on the way, the guest goes on here
   * as libvirt's own client has it; that the other one has no disk then is up to the locks of the storage.
   */
  async to<Domain>(
    target: MigrationTarget<Domain>,
    flags: number,
    params: MigrationParameters = {},
    options: MigrationOptions = {},
  ): Promise<Domain> {
    if (flags & (PEER2PEER | TUNNELLED)) {
      throw new LibvirtError({ code: 'INVALID_ARG', message: 'migration: PEER2PEER and TUNNELLED are for toURI()' });
    }
    const stop = new MigrationStop(options, target);
    const route = { source: this.#caller, dom: this.#dom, target };
    try {
      const dom = await new ClientMigration(route, flags, migrationParameters(params), stop).run(options);
      return target.domains.reference(dom);
    } finally {
      stop.release();
    }
  }

  /**
   * The source daemon drives it, peer to peer (virDomainMigrateToURI3); the client may go away meanwhile. PEER2PEER is added.
   * `dconnuri`: the target daemon as the source daemon reaches it, e.g. `qemu+tls://b.example/system`.
   * Progress: `domain.job.getStats()`; `domain.job.abort()` ends it.
   */
  async toURI(
    dconnuri: string,
    flags: number,
    params: MigrationParameters = {},
    options: CallOptions = {},
  ): Promise<void> {
    const args = {
      dom: this.#dom,
      dconnuri,
      params: migrationParameters(params),
      cookie_in: new Uint8Array(),
      flags: flags | PEER2PEER,
    };
    await this.#caller.call('domainMigratePerform3Params', args, { deadlineMs: COPY_DEADLINE_MS, ...options });
  }

  /** How long the guest may stand still at the end; virDomainMigrateGetMaxDowntime. */
  async getMaxDowntime(options?: CallOptions): Promise<number> {
    const args = { dom: this.#dom, flags: 0 };
    return toNumber((await this.#caller.call('domainMigrateGetMaxDowntime', args, options)).downtime);
  }

  /** virDomainMigrateSetMaxDowntime */
  async setMaxDowntime(downtimeMs: number, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainMigrateSetMaxDowntime', { dom: this.#dom, downtime: downtimeMs, flags: 0 }, options);
  }

  /** virDomainMigrateGetMaxSpeed; flags: DomainMigrateMaxSpeedFlags (POSTCOPY). */
  async getMaxSpeed(flags = 0, options?: CallOptions): Promise<number> {
    return toNumber(
      (await this.#caller.call('domainMigrateGetMaxSpeed', { dom: this.#dom, flags }, options)).bandwidth,
    );
  }

  /** virDomainMigrateSetMaxSpeed; flags: DomainMigrateMaxSpeedFlags (POSTCOPY). */
  async setMaxSpeed(bandwidthMiBps: number, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.#dom, bandwidth: bandwidthMiBps, flags };
    await this.#caller.call('domainMigrateSetMaxSpeed', args, options);
  }

  /** Runs the guest at the target at once and fetches what lacks; needs the flag POSTCOPY. virDomainMigrateStartPostCopy */
  async startPostCopy(options?: CallOptions): Promise<void> {
    await this.#caller.call('domainMigrateStartPostCopy', { dom: this.#dom, flags: 0 }, options);
  }
}

import type { Caller } from '../caller.ts';
import { COPY_DEADLINE_MS } from '../deadlines.ts';
import { DomainMigrateFlags } from '../generated/enums.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { fromTypedParameters, type TypedParameters } from '../typed-parameters.ts';
import type { DomainRef } from './domain-ref.ts';

/** Moves one domain to another host. The source daemon drives it, peer to peer; the client may go away meanwhile. */
export class DomainMigration {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  /**
   * `dconnuri`: the target daemon as the source daemon reaches it, e.g. `qemu+tls://b.example/system`. Flags:
   * DomainMigrateFlags (LIVE, PERSIST_DEST, UNDEFINE_SOURCE, NON_SHARED_DISK, TUNNELLED, POSTCOPY, …); PEER2PEER is added.
   * Parameters by libvirt's names: `migrate_uri`, `bandwidth`, `destination_xml`, `listen_address`, ….
   * Progress: `Domain.getJobStats()`; `Domain.abortJob()` ends it.
   */
  async toURI(dconnuri: string, flags: number, params: TypedParameters = {}, options: CallOptions = {}): Promise<void> {
    const args = {
      dom: this.#dom,
      dconnuri,
      params: fromTypedParameters(params),
      cookie_in: new Uint8Array(),
      flags: flags | DomainMigrateFlags.PEER2PEER,
    };
    await this.#caller.call('domainMigratePerform3Params', args, { deadlineMs: COPY_DEADLINE_MS, ...options });
  }

  /** How long the guest may stand still at the end. */
  async setMaxDowntime(downtimeMs: number, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainMigrateSetMaxDowntime', { dom: this.#dom, downtime: downtimeMs, flags: 0 }, options);
  }

  async setMaxSpeed(bandwidthMiBps: number, options?: CallOptions): Promise<void> {
    await this.#caller.call(
      'domainMigrateSetMaxSpeed',
      { dom: this.#dom, bandwidth: bandwidthMiBps, flags: 0 },
      options,
    );
  }

  /** Runs the guest at the target at once and fetches what lacks; needs the flag POSTCOPY. */
  async startPostCopy(options?: CallOptions): Promise<void> {
    await this.#caller.call('domainMigrateStartPostCopy', { dom: this.#dom, flags: 0 }, options);
  }
}

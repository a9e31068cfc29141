import type { Caller } from '../caller.ts';
import { COPY_DEADLINE_MS } from '../deadlines.ts';
import type { RemoteNonnullDomainSnapshot } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import type { DomainRef } from './domain-ref.ts';

/** Snapshots of one domain. */
export class DomainSnapshots {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  /** Flags: DomainSnapshotListFlags. */
  async list(flags = 0, options?: CallOptions): Promise<Snapshot[]> {
    const args = { dom: this.#dom, need_results: 1, flags };
    const { snapshots } = await this.#caller.call('domainListAllSnapshots', args, options);
    return snapshots.map((snap) => new Snapshot(this.#caller, snap));
  }

  /** Takes one as `<domainsnapshot>` says; flags: DomainSnapshotCreateFlags (DISK_ONLY, ATOMIC, QUIESCE, …). */
  async createXML(xml: string, flags = 0, options: CallOptions = {}): Promise<Snapshot> {
    const args = { dom: this.#dom, xml_desc: xml, flags };
    const slow = { deadlineMs: COPY_DEADLINE_MS, ...options };
    return new Snapshot(this.#caller, (await this.#caller.call('domainSnapshotCreateXML', args, slow)).snap);
  }

  async lookupByName(name: string, options?: CallOptions): Promise<Snapshot> {
    const args = { dom: this.#dom, name, flags: 0 };
    return new Snapshot(this.#caller, (await this.#caller.call('domainSnapshotLookupByName', args, options)).snap);
  }
}

export class Snapshot {
  readonly #caller: Caller;
  readonly ref: Readonly<RemoteNonnullDomainSnapshot>;

  constructor(caller: Caller, ref: RemoteNonnullDomainSnapshot) {
    this.#caller = caller;
    this.ref = ref;
  }

  get name(): string {
    return this.ref.name;
  }

  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call('domainSnapshotGetXMLDesc', { snap: this.ref, flags }, options)).xml;
  }

  /** Goes back to it; flags: DomainSnapshotRevertFlags (RUNNING, PAUSED, FORCE). */
  async revert(flags = 0, options: CallOptions = {}): Promise<void> {
    await this.#caller.call(
      'domainRevertToSnapshot',
      { snap: this.ref, flags },
      { deadlineMs: COPY_DEADLINE_MS, ...options },
    );
  }

  /** Flags: DomainSnapshotDeleteFlags (CHILDREN, METADATA_ONLY). */
  async delete(flags = 0, options: CallOptions = {}): Promise<void> {
    await this.#caller.call(
      'domainSnapshotDelete',
      { snap: this.ref, flags },
      { deadlineMs: COPY_DEADLINE_MS, ...options },
    );
  }
}

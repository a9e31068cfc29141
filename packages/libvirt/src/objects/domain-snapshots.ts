import type { Caller } from '../caller.ts';
import { COPY_DEADLINE_MS } from '../deadlines.ts';
import { isLibvirtError } from '../errors.ts';
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

  /** virDomainListAllSnapshots; flags: DomainSnapshotListFlags (ROOTS, LEAVES, INTERNAL, EXTERNAL, DISK_ONLY, …). */
  async list(flags = 0, options?: CallOptions): Promise<Snapshot[]> {
    const args = { dom: this.#dom, need_results: 1, flags };
    const { snapshots } = await this.#caller.call('domainListAllSnapshots', args, options);
    return snapshots.map((snap) => new Snapshot(this.#caller, snap));
  }

  /**
   * Takes one as `<domainsnapshot>` says. virDomainSnapshotCreateXML; flags: DomainSnapshotCreateFlags (DISK_ONLY, ATOMIC,
   * QUIESCE, NO_METADATA, …; REDEFINE, with CURRENT if it is that: the XML of one that the daemon has forgotten).
   */
  async createXML(xml: string, flags = 0, options: CallOptions = {}): Promise<Snapshot> {
    const args = { dom: this.#dom, xml_desc: xml, flags };
    const slow = { deadlineMs: COPY_DEADLINE_MS, ...options };
    return new Snapshot(this.#caller, (await this.#caller.call('domainSnapshotCreateXML', args, slow)).snap);
  }

  /** virDomainSnapshotLookupByName */
  async lookupByName(name: string, options?: CallOptions): Promise<Snapshot> {
    const args = { dom: this.#dom, name, flags: 0 };
    return new Snapshot(this.#caller, (await this.#caller.call('domainSnapshotLookupByName', args, options)).snap);
  }

  /** The one that was taken or gone back to last; undefined where there is none. virDomainSnapshotCurrent */
  current(options?: CallOptions): Promise<Snapshot | undefined> {
    return orNone(async () => {
      const { snap } = await this.#caller.call('domainSnapshotCurrent', { dom: this.#dom, flags: 0 }, options);
      return new Snapshot(this.#caller, snap);
    });
  }
}

/** A state that a domain can go back to. */
export class Snapshot {
  readonly #caller: Caller;
  /** How the wire names it. */
  readonly ref: Readonly<RemoteNonnullDomainSnapshot>;

  constructor(caller: Caller, ref: RemoteNonnullDomainSnapshot) {
    this.#caller = caller;
    this.ref = ref;
  }

  /** virDomainSnapshotGetName, without a call. */
  get name(): string {
    return this.ref.name;
  }

  /** virDomainSnapshotGetXMLDesc; flags: DomainSnapshotXMLFlags. */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call('domainSnapshotGetXMLDesc', { snap: this.ref, flags }, options)).xml;
  }

  /** Undefined for a root; virDomainSnapshotGetParent. */
  getParent(options?: CallOptions): Promise<Snapshot | undefined> {
    return orNone(async () => {
      const { snap } = await this.#caller.call('domainSnapshotGetParent', { snap: this.ref, flags: 0 }, options);
      return new Snapshot(this.#caller, snap);
    });
  }

  /** virDomainSnapshotListAllChildren; flags: DomainSnapshotListFlags (DESCENDANTS, …). */
  async listChildren(flags = 0, options?: CallOptions): Promise<Snapshot[]> {
    const args = { snapshot: this.ref, need_results: 1, flags };
    const { snapshots } = await this.#caller.call('domainSnapshotListAllChildren', args, options);
    return snapshots.map((snap) => new Snapshot(this.#caller, snap));
  }

  /** virDomainSnapshotIsCurrent */
  async isCurrent(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('domainSnapshotIsCurrent', { snap: this.ref, flags: 0 }, options)).current === 1;
  }

  /** Whether a domain that has it cannot simply be undefined; virDomainSnapshotHasMetadata. */
  async hasMetadata(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('domainSnapshotHasMetadata', { snap: this.ref, flags: 0 }, options)).metadata === 1;
  }

  /** Goes back to it; virDomainRevertToSnapshot; flags: DomainSnapshotRevertFlags (RUNNING, PAUSED, FORCE, RESET_NVRAM). */
  async revert(flags = 0, options: CallOptions = {}): Promise<void> {
    const slow = { deadlineMs: COPY_DEADLINE_MS, ...options };
    await this.#caller.call('domainRevertToSnapshot', { snap: this.ref, flags }, slow);
  }

  /** virDomainSnapshotDelete; flags: DomainSnapshotDeleteFlags (CHILDREN, CHILDREN_ONLY, METADATA_ONLY). */
  async delete(flags = 0, options: CallOptions = {}): Promise<void> {
    const slow = { deadlineMs: COPY_DEADLINE_MS, ...options };
    await this.#caller.call('domainSnapshotDelete', { snap: this.ref, flags }, slow);
  }
}

async function orNone(ask: () => Promise<Snapshot>): Promise<Snapshot | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isLibvirtError(error, 'NO_DOMAIN_SNAPSHOT')) return undefined;
    throw error;
  }
}

import type { Caller } from '../caller.ts';
import { COPY_DEADLINE_MS } from '../deadlines.ts';
import { isLibvirtError } from '../errors.ts';
import type { RemoteNonnullDomainCheckpoint } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import type { DomainRef } from './domain-ref.ts';

/** Checkpoints of one domain: points in time from which on the disks' changes are remembered, for incremental backups. */
export class DomainCheckpoints {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  /** virDomainListAllCheckpoints; flags: DomainCheckpointListFlags (ROOTS, LEAVES, TOPOLOGICAL, …). */
  async list(flags = 0, options?: CallOptions): Promise<Checkpoint[]> {
    const args = { dom: this.#dom, need_results: 1, flags };
    const { checkpoints } = await this.#caller.call('domainListAllCheckpoints', args, options);
    return checkpoints.map((checkpoint) => new Checkpoint(this.#caller, checkpoint));
  }

  /**
   * Makes one as `<domaincheckpoint>` says, without a backup. virDomainCheckpointCreateXML; flags:
   * DomainCheckpointCreateFlags (QUIESCE; REDEFINE: the XML of one that the daemon has forgotten).
   */
  async createXML(xml: string, flags = 0, options?: CallOptions): Promise<Checkpoint> {
    const args = { dom: this.#dom, xml_desc: xml, flags };
    const { checkpoint } = await this.#caller.call('domainCheckpointCreateXML', args, options);
    return new Checkpoint(this.#caller, checkpoint);
  }

  /** virDomainCheckpointLookupByName */
  async lookupByName(name: string, options?: CallOptions): Promise<Checkpoint> {
    const args = { dom: this.#dom, name, flags: 0 };
    const { checkpoint } = await this.#caller.call('domainCheckpointLookupByName', args, options);
    return new Checkpoint(this.#caller, checkpoint);
  }
}

/** A point in time from which on the changes of disks are remembered. */
export class Checkpoint {
  readonly #caller: Caller;
  /** How the wire names it. */
  readonly ref: Readonly<RemoteNonnullDomainCheckpoint>;

  constructor(caller: Caller, ref: RemoteNonnullDomainCheckpoint) {
    this.#caller = caller;
    this.ref = ref;
  }

  /** virDomainCheckpointGetName, without a call. */
  get name(): string {
    return this.ref.name;
  }

  /** virDomainCheckpointGetXMLDesc; flags: DomainCheckpointXMLFlags (SIZE: how much has changed since, in each `<disk>`). */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call('domainCheckpointGetXMLDesc', { checkpoint: this.ref, flags }, options)).xml;
  }

  /** Undefined for a root; virDomainCheckpointGetParent. */
  async getParent(options?: CallOptions): Promise<Checkpoint | undefined> {
    try {
      const args = { checkpoint: this.ref, flags: 0 };
      return new Checkpoint(this.#caller, (await this.#caller.call('domainCheckpointGetParent', args, options)).parent);
    } catch (error) {
      if (isLibvirtError(error, 'NO_DOMAIN_CHECKPOINT')) return undefined;
      throw error;
    }
  }

  /** virDomainCheckpointListAllChildren; flags: DomainCheckpointListFlags (DESCENDANTS, …). */
  async listChildren(flags = 0, options?: CallOptions): Promise<Checkpoint[]> {
    const args = { checkpoint: this.ref, need_results: 1, flags };
    const { checkpoints } = await this.#caller.call('domainCheckpointListAllChildren', args, options);
    return checkpoints.map((checkpoint) => new Checkpoint(this.#caller, checkpoint));
  }

  /** virDomainCheckpointDelete; flags: DomainCheckpointDeleteFlags (CHILDREN, CHILDREN_ONLY, METADATA_ONLY). */
  async delete(flags = 0, options: CallOptions = {}): Promise<void> {
    const slow = { deadlineMs: COPY_DEADLINE_MS, ...options };
    await this.#caller.call('domainCheckpointDelete', { checkpoint: this.ref, flags }, slow);
  }
}

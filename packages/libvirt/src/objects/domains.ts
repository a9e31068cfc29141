import type { Caller } from '../caller.ts';
import { COPY_DEADLINE_MS, START_DEADLINE_MS } from '../deadlines.ts';
import { isLibvirtError } from '../errors.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { type TypedValues, toTypedValues } from '../typed-parameters.ts';
import { Domain } from './domain.ts';
import type { DomainRef } from './domain-ref.ts';

/** virDomainStatsRecord */
export interface DomainStatsRecord {
  /** Whose they are; `domains.reference(domain)` makes a Domain of it. */
  readonly domain: DomainRef;
  /** By libvirt's names, e.g. `state.state`, `cpu.time` (ns), `balloon.current` (KiB), `block.0.rd.bytes`. */
  readonly stats: TypedValues;
}

/** The domains of a connection. Flags are those of `enums`: ConnectListAllDomainsFlags, DomainDefineFlags, … */
export class Domains {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** virConnectListAllDomains: all domains, or those of `flags` (ConnectListAllDomainsFlags). */
  async list(flags = 0, options?: CallOptions): Promise<Domain[]> {
    const { domains } = await this.#caller.call('connectListAllDomains', { need_results: 1, flags }, options);
    return domains.map((dom) => new Domain(this.#caller, dom));
  }

  /** virDomainLookupByName; NO_DOMAIN where there is none. */
  async lookupByName(name: string, options?: CallOptions): Promise<Domain> {
    return new Domain(this.#caller, (await this.#caller.call('domainLookupByName', { name }, options)).dom);
  }

  /** virDomainLookupByUUIDString; NO_DOMAIN where there is none. */
  async lookupByUUID(uuid: string, options?: CallOptions): Promise<Domain> {
    return new Domain(this.#caller, (await this.#caller.call('domainLookupByUUID', { uuid }, options)).dom);
  }

  /** A running one; virDomainLookupByID. */
  async lookupByID(id: number, options?: CallOptions): Promise<Domain> {
    return new Domain(this.#caller, (await this.#caller.call('domainLookupByID', { id }, options)).dom);
  }

  /** virDomainLookupByUUIDString, undefined where there is none. */
  async find(uuid: string, options?: CallOptions): Promise<Domain | undefined> {
    try {
      return await this.lookupByUUID(uuid, options);
    } catch (error) {
      if (isLibvirtError(error, 'NO_DOMAIN')) return undefined;
      throw error;
    }
  }

  /** A handle for a domain whose name and UUID are known already: no call. virDomainRef comes nearest. */
  reference(ref: DomainRef): Domain {
    return new Domain(this.#caller, ref);
  }

  /** virDomainDefineXMLFlags: defines or changes a persistent domain; flags: DomainDefineFlags. */
  async defineXML(xml: string, flags = 0, options?: CallOptions): Promise<Domain> {
    return new Domain(this.#caller, (await this.#caller.call('domainDefineXMLFlags', { xml, flags }, options)).dom);
  }

  /** virDomainCreateXML: starts a transient domain; flags: DomainCreateFlags. */
  async createXML(xml: string, flags = 0, options: CallOptions = {}): Promise<Domain> {
    const slow = { deadlineMs: START_DEADLINE_MS, ...options };
    return new Domain(this.#caller, (await this.#caller.call('domainCreateXML', { xml_desc: xml, flags }, slow)).dom);
  }

  /** virDomainRestoreFlags: starts a domain from a file written by `DomainMemory.save()`. */
  async restore(from: string, xml: string | null = null, flags = 0, options: CallOptions = {}): Promise<void> {
    const slow = { deadlineMs: COPY_DEADLINE_MS, ...options };
    await this.#caller.call('domainRestoreFlags', { from, dxml: xml, flags }, slow);
  }

  /** The definition in a file written by `DomainMemory.save()`; virDomainSaveImageGetXMLDesc; flags: DomainSaveImageXMLFlags. */
  async saveImageGetXMLDesc(file: string, flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call('domainSaveImageGetXMLDesc', { file, flags }, options)).xml;
  }

  /** Changes it, e.g. the paths of disks; virDomainSaveImageDefineXML; flags: DomainSaveRestoreFlags (RUNNING, PAUSED). */
  async saveImageDefineXML(file: string, xml: string, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainSaveImageDefineXML', { file, dxml: xml, flags }, options);
  }

  /**
   * virConnectGetAllDomainStats: many domains in one call; `stats`: DomainStatsTypes, 0 for all; `flags`:
   * ConnectGetAllDomainStatsFlags.
   */
  async getAllDomainStats(
    stats = 0,
    flags = 0,
    only: readonly Domain[] = [],
    options?: CallOptions,
  ): Promise<DomainStatsRecord[]> {
    const args = { doms: only.map((domain) => domain.ref), stats, flags };
    const { retStats } = await this.#caller.call('connectGetAllDomainStats', args, options);
    return retStats.map(({ dom, params }) => ({ domain: dom, stats: toTypedValues(params) }));
  }

  /**
   * virConnectDomainXMLFromNative: another hypervisor's configuration (`qemu-argv`, `xen-xl`, `vmware-vmx`) as domain
   * XML.
   */
  async xmlFromNative(nativeFormat: string, nativeConfig: string, options?: CallOptions): Promise<string> {
    const args = { nativeFormat, nativeConfig, flags: 0 };
    return (await this.#caller.call('connectDomainXMLFromNative', args, options)).domainXml;
  }

  /** virConnectDomainXMLToNative: domain XML as the hypervisor's own configuration. */
  async xmlToNative(nativeFormat: string, domainXml: string, options?: CallOptions): Promise<string> {
    const args = { nativeFormat, domainXml, flags: 0 };
    return (await this.#caller.call('connectDomainXMLToNative', args, options)).nativeConfig;
  }
}

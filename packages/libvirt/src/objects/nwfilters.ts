import type { Caller } from '../caller.ts';
import type { RemoteNonnullNwfilter } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';

/** The packet filters of the host. */
export class NWFilters {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** virConnectListAllNWFilters */
  async list(options?: CallOptions): Promise<NWFilter[]> {
    const { filters } = await this.#caller.call('connectListAllNWFilters', { need_results: 1, flags: 0 }, options);
    return filters.map((filter) => new NWFilter(this.#caller, filter));
  }

  /** virNWFilterLookupByName; NO_NWFILTER where there is none. */
  async lookupByName(name: string, options?: CallOptions): Promise<NWFilter> {
    return new NWFilter(this.#caller, (await this.#caller.call('nwfilterLookupByName', { name }, options)).nwfilter);
  }

  /** virNWFilterDefineXML: a new filter, or changes of one. */
  async defineXML(xml: string, options?: CallOptions): Promise<NWFilter> {
    return new NWFilter(this.#caller, (await this.#caller.call('nwfilterDefineXML', { xml }, options)).nwfilter);
  }
}

/** A packet filter. */
export class NWFilter {
  readonly #caller: Caller;
  /** How the wire names it. */
  readonly ref: Readonly<RemoteNonnullNwfilter>;

  constructor(caller: Caller, ref: RemoteNonnullNwfilter) {
    this.#caller = caller;
    this.ref = ref;
  }

  /** virNWFilterGetName, without a call. */
  get name(): string {
    return this.ref.name;
  }

  /** virNWFilterGetUUIDString, without a call. */
  get uuid(): string {
    return this.ref.uuid;
  }

  /** virNWFilterGetXMLDesc */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('nwfilterGetXMLDesc', { nwfilter: this.ref, flags: 0 }, options)).xml;
  }

  /** virNWFilterUndefine; refused while a domain uses it. */
  async undefine(options?: CallOptions): Promise<void> {
    await this.#caller.call('nwfilterUndefine', { nwfilter: this.ref }, options);
  }
}

import type { Caller } from '../caller.ts';
import type { RemoteNonnullNwfilterBinding } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';

/** Which packet filter is bound to which network device of the host; a domain's cards bind theirs themselves. */
export class NWFilterBindings {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** virConnectListAllNWFilterBindings */
  async list(options?: CallOptions): Promise<NWFilterBinding[]> {
    const args = { need_results: 1, flags: 0 };
    const { bindings } = await this.#caller.call('connectListAllNWFilterBindings', args, options);
    return bindings.map((binding) => new NWFilterBinding(this.#caller, binding));
  }

  /** By the device on the host, e.g. `vnet0`; virNWFilterBindingLookupByPortDev. */
  async lookupByPortDev(portDev: string, options?: CallOptions): Promise<NWFilterBinding> {
    const { nwfilter } = await this.#caller.call('nwfilterBindingLookupByPortDev', { name: portDev }, options);
    return new NWFilterBinding(this.#caller, nwfilter);
  }

  /** Binds a device that no domain of this daemon has; virNWFilterBindingCreateXML; flags: NWFilterBindingCreateFlags (VALIDATE). */
  async createXML(xml: string, flags = 0, options?: CallOptions): Promise<NWFilterBinding> {
    const { nwfilter } = await this.#caller.call('nwfilterBindingCreateXML', { xml, flags }, options);
    return new NWFilterBinding(this.#caller, nwfilter);
  }
}

/** A packet filter in force on a port. */
export class NWFilterBinding {
  readonly #caller: Caller;
  /** How the wire names it. */
  readonly ref: Readonly<RemoteNonnullNwfilterBinding>;

  constructor(caller: Caller, ref: RemoteNonnullNwfilterBinding) {
    this.#caller = caller;
    this.ref = ref;
  }

  /** virNWFilterBindingGetPortDev */
  get portDev(): string {
    return this.ref.portdev;
  }

  /** virNWFilterBindingGetFilterName */
  get filterName(): string {
    return this.ref.filtername;
  }

  /** virNWFilterBindingGetXMLDesc */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('nwfilterBindingGetXMLDesc', { nwfilter: this.ref, flags: 0 }, options)).xml;
  }

  /** virNWFilterBindingDelete */
  async delete(options?: CallOptions): Promise<void> {
    await this.#caller.call('nwfilterBindingDelete', { nwfilter: this.ref }, options);
  }
}

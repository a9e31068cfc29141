import type { Caller } from '../caller.ts';
import { START_DEADLINE_MS } from '../deadlines.ts';
import type { RemoteNonnullInterface } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';

/**
 * The network interfaces of the host itself. What can be done depends on how libvirt was built: with udev they can only be
 * read; changing them needs netcf.
 */
export class Interfaces {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** virConnectListAllInterfaces; flags: ConnectListAllInterfacesFlags (INACTIVE 1, ACTIVE 2). */
  async list(flags = 0, options?: CallOptions): Promise<Interface[]> {
    const { ifaces } = await this.#caller.call('connectListAllInterfaces', { need_results: 1, flags }, options);
    return ifaces.map((iface) => new Interface(this.#caller, iface));
  }

  /** virInterfaceLookupByName */
  async lookupByName(name: string, options?: CallOptions): Promise<Interface> {
    return new Interface(this.#caller, (await this.#caller.call('interfaceLookupByName', { name }, options)).iface);
  }

  /** virInterfaceLookupByMACString */
  async lookupByMAC(mac: string, options?: CallOptions): Promise<Interface> {
    return new Interface(this.#caller, (await this.#caller.call('interfaceLookupByMACString', { mac }, options)).iface);
  }

  /** virInterfaceDefineXML; flags: InterfaceDefineFlags (VALIDATE). */
  async defineXML(xml: string, flags = 0, options?: CallOptions): Promise<Interface> {
    return new Interface(this.#caller, (await this.#caller.call('interfaceDefineXML', { xml, flags }, options)).iface);
  }

  /** Remembers the configuration as it is: what is changed from now on can be rolled back. virInterfaceChangeBegin */
  async changeBegin(options?: CallOptions): Promise<void> {
    await this.#caller.call('interfaceChangeBegin', { flags: 0 }, options);
  }

  /** Keeps what was changed; virInterfaceChangeCommit. */
  async changeCommit(options?: CallOptions): Promise<void> {
    await this.#caller.call('interfaceChangeCommit', { flags: 0 }, options);
  }

  /** Takes back what was changed; virInterfaceChangeRollback. */
  async changeRollback(options: CallOptions = {}): Promise<void> {
    await this.#caller.call('interfaceChangeRollback', { flags: 0 }, { deadlineMs: START_DEADLINE_MS, ...options });
  }
}

/** A network interface of the host. */
export class Interface {
  readonly #caller: Caller;
  /** How the wire names it. */
  readonly ref: Readonly<RemoteNonnullInterface>;

  constructor(caller: Caller, ref: RemoteNonnullInterface) {
    this.#caller = caller;
    this.ref = ref;
  }

  /** virInterfaceGetName, without a call. */
  get name(): string {
    return this.ref.name;
  }

  /** virInterfaceGetMACString, without a call: empty where it has none. */
  get mac(): string {
    return this.ref.mac;
  }

  /** virInterfaceGetXMLDesc; flags: InterfaceXMLFlags (INACTIVE). */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call('interfaceGetXMLDesc', { iface: this.ref, flags }, options)).xml;
  }

  /** virInterfaceIsActive */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('interfaceIsActive', { iface: this.ref }, options)).active === 1;
  }

  /** Brings it up; virInterfaceCreate. */
  async create(options: CallOptions = {}): Promise<void> {
    const slow = { deadlineMs: START_DEADLINE_MS, ...options };
    await this.#caller.call('interfaceCreate', { iface: this.ref, flags: 0 }, slow);
  }

  /** Takes it down; virInterfaceDestroy. */
  async destroy(options?: CallOptions): Promise<void> {
    await this.#caller.call('interfaceDestroy', { iface: this.ref, flags: 0 }, options);
  }

  /** virInterfaceUndefine */
  async undefine(options?: CallOptions): Promise<void> {
    await this.#caller.call('interfaceUndefine', { iface: this.ref }, options);
  }
}

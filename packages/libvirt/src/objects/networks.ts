import type { Caller } from '../caller.ts';
import { START_DEADLINE_MS } from '../deadlines.ts';
import { enumName } from '../enum-name.ts';
import { IPAddrType, NetworkUpdateCommand, NetworkUpdateSection } from '../generated/enums.ts';
import type { RemoteNonnullNetwork } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { toNumber } from '../xdr/index.ts';
import { Metadata } from './metadata.ts';
import { NetworkPorts } from './network-ports.ts';

/** virNetworkDHCPLease */
export interface DHCPLease {
  /** The bridge of the network. */
  readonly iface: string;
  /** Seconds since 1970. */
  readonly expiryTimeSeconds: number;
  /** Of the address. */
  readonly family: 'ipv4' | 'ipv6';
  /** MAC address; null where it is not known, as it may be with IPv6. */
  readonly mac: string | null;
  /** The address as text. */
  readonly ipaddr: string;
  /** Length of the network's part in bits. */
  readonly prefix: number;
  /** What the guest calls itself; null where it does not tell. */
  readonly hostname: string | null;
  /** Client identifier or DUID; null where none was sent. */
  readonly clientid: string | null;
}

/** The virtual networks of a connection. */
export class Networks {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** virConnectListAllNetworks; flags: ConnectListAllNetworksFlags. */
  async list(flags = 0, options?: CallOptions): Promise<Network[]> {
    const { nets } = await this.#caller.call('connectListAllNetworks', { need_results: 1, flags }, options);
    return nets.map((net) => new Network(this.#caller, net));
  }

  /** virNetworkLookupByName; NO_NETWORK where there is none. */
  async lookupByName(name: string, options?: CallOptions): Promise<Network> {
    return new Network(this.#caller, (await this.#caller.call('networkLookupByName', { name }, options)).net);
  }

  /** virNetworkLookupByUUIDString; NO_NETWORK where there is none. */
  async lookupByUUID(uuid: string, options?: CallOptions): Promise<Network> {
    return new Network(this.#caller, (await this.#caller.call('networkLookupByUUID', { uuid }, options)).net);
  }

  /** virNetworkDefineXML: a persistent network, or changes of one. */
  async defineXML(xml: string, options?: CallOptions): Promise<Network> {
    return new Network(this.#caller, (await this.#caller.call('networkDefineXML', { xml }, options)).net);
  }

  /** virNetworkCreateXML: a transient network. */
  async createXML(xml: string, options: CallOptions = {}): Promise<Network> {
    const slow = { deadlineMs: START_DEADLINE_MS, ...options };
    return new Network(this.#caller, (await this.#caller.call('networkCreateXML', { xml }, slow)).net);
  }
}

/** A virtual network. */
export class Network {
  readonly #caller: Caller;
  /** How the wire names it. */
  readonly ref: Readonly<RemoteNonnullNetwork>;

  constructor(caller: Caller, ref: RemoteNonnullNetwork) {
    this.#caller = caller;
    this.ref = ref;
  }

  /** virNetworkGetName, without a call. */
  get name(): string {
    return this.ref.name;
  }

  /** virNetworkGetUUIDString, without a call. */
  get uuid(): string {
    return this.ref.uuid;
  }

  /** Title, description and foreign XML. */
  get metadata(): Metadata {
    return new Metadata({
      get: (query, options) => this.#caller.call('networkGetMetadata', { network: this.ref, ...query }, options),
      set: (change, options) => this.#caller.call('networkSetMetadata', { network: this.ref, ...change }, options),
    });
  }

  /** What is plugged into it. */
  get ports(): NetworkPorts {
    return new NetworkPorts(this.#caller, this.ref);
  }

  /** virNetworkCreate: starts it. */
  async create(options: CallOptions = {}): Promise<void> {
    await this.#caller.call('networkCreate', { net: this.ref }, { deadlineMs: START_DEADLINE_MS, ...options });
  }

  /** virNetworkDestroy: stops it. */
  async destroy(options?: CallOptions): Promise<void> {
    await this.#caller.call('networkDestroy', { net: this.ref }, options);
  }

  /** virNetworkUndefine: forgets the definition; what runs goes on as transient. */
  async undefine(options?: CallOptions): Promise<void> {
    await this.#caller.call('networkUndefine', { net: this.ref }, options);
  }

  /** virNetworkSetAutostart: whether it starts with the host. */
  async setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    await this.#caller.call('networkSetAutostart', { net: this.ref, autostart: autostart ? 1 : 0 }, options);
  }

  /** virNetworkGetAutostart */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('networkGetAutostart', { net: this.ref }, options)).autostart === 1;
  }

  /** virNetworkIsActive */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('networkIsActive', { net: this.ref }, options)).active === 1;
  }

  /** virNetworkGetBridgeName: the host's bridge, e.g. `virbr0`; INTERNAL_ERROR where it has none. */
  async getBridgeName(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('networkGetBridgeName', { net: this.ref }, options)).name;
  }

  /** virNetworkGetXMLDesc; flags: NetworkXMLFlags. */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call('networkGetXMLDesc', { net: this.ref, flags }, options)).xml;
  }

  /**
   * virNetworkUpdate: changes a part in place, e.g. 'ADD_LAST', 'IP_DHCP_HOST'; flags: NetworkUpdateFlags (LIVE 1,
   * CONFIG 2).
   */
  async update(
    command: keyof typeof NetworkUpdateCommand,
    section: keyof typeof NetworkUpdateSection,
    xml: string,
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    // The wire swapped these two before libvirt 7.2; older daemons are not supported here.
    const args = {
      net: this.ref,
      command: NetworkUpdateCommand[command],
      section: NetworkUpdateSection[section],
      parentIndex: -1,
      xml,
      flags,
    };
    await this.#caller.call('networkUpdate', args, options);
  }

  /** virNetworkGetDHCPLeases: leases, all or of one MAC address. */
  async getDHCPLeases(mac: string | null = null, options?: CallOptions): Promise<DHCPLease[]> {
    const args = { net: this.ref, mac, need_results: 1, flags: 0 };
    const { leases } = await this.#caller.call('networkGetDHCPLeases', args, options);
    return leases.map((lease) => ({
      iface: lease.iface,
      expiryTimeSeconds: toNumber(lease.expirytime),
      family: enumName(IPAddrType, lease.type) === 'IPV6' ? 'ipv6' : 'ipv4',
      mac: lease.mac,
      ipaddr: lease.ipaddr,
      prefix: lease.prefix,
      hostname: lease.hostname,
      clientid: lease.clientid,
    }));
  }
}

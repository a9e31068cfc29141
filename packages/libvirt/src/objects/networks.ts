import type { Caller } from '../caller.ts';
import { START_DEADLINE_MS } from '../deadlines.ts';
import { enumName } from '../enum-name.ts';
import { IPAddrType, NetworkUpdateCommand, NetworkUpdateSection } from '../generated/enums.ts';
import type { RemoteNonnullNetwork } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { toNumber } from '../xdr/index.ts';
import { Metadata } from './metadata.ts';
import { NetworkPorts } from './network-ports.ts';

export interface DHCPLease {
  readonly iface: string;
  /** Seconds since 1970. */
  readonly expiryTimeSeconds: number;
  readonly family: 'ipv4' | 'ipv6';
  readonly mac: string | null;
  readonly ipaddr: string;
  readonly prefix: number;
  readonly hostname: string | null;
  readonly clientid: string | null;
}

/** The virtual networks of a connection. */
export class Networks {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Flags: ConnectListAllNetworksFlags. */
  async list(flags = 0, options?: CallOptions): Promise<Network[]> {
    const { nets } = await this.#caller.call('connectListAllNetworks', { need_results: 1, flags }, options);
    return nets.map((net) => new Network(this.#caller, net));
  }

  async lookupByName(name: string, options?: CallOptions): Promise<Network> {
    return new Network(this.#caller, (await this.#caller.call('networkLookupByName', { name }, options)).net);
  }

  async lookupByUUID(uuid: string, options?: CallOptions): Promise<Network> {
    return new Network(this.#caller, (await this.#caller.call('networkLookupByUUID', { uuid }, options)).net);
  }

  async defineXML(xml: string, options?: CallOptions): Promise<Network> {
    return new Network(this.#caller, (await this.#caller.call('networkDefineXML', { xml }, options)).net);
  }

  /** A transient network. */
  async createXML(xml: string, options: CallOptions = {}): Promise<Network> {
    const slow = { deadlineMs: START_DEADLINE_MS, ...options };
    return new Network(this.#caller, (await this.#caller.call('networkCreateXML', { xml }, slow)).net);
  }
}

export class Network {
  readonly #caller: Caller;
  readonly ref: Readonly<RemoteNonnullNetwork>;

  constructor(caller: Caller, ref: RemoteNonnullNetwork) {
    this.#caller = caller;
    this.ref = ref;
  }

  get name(): string {
    return this.ref.name;
  }

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

  /** Starts it. */
  async create(options: CallOptions = {}): Promise<void> {
    await this.#caller.call('networkCreate', { net: this.ref }, { deadlineMs: START_DEADLINE_MS, ...options });
  }

  /** Stops it. */
  async destroy(options?: CallOptions): Promise<void> {
    await this.#caller.call('networkDestroy', { net: this.ref }, options);
  }

  async undefine(options?: CallOptions): Promise<void> {
    await this.#caller.call('networkUndefine', { net: this.ref }, options);
  }

  async setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    await this.#caller.call('networkSetAutostart', { net: this.ref, autostart: autostart ? 1 : 0 }, options);
  }

  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('networkGetAutostart', { net: this.ref }, options)).autostart === 1;
  }

  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('networkIsActive', { net: this.ref }, options)).active === 1;
  }

  async getBridgeName(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('networkGetBridgeName', { net: this.ref }, options)).name;
  }

  /** Flags: NetworkXMLFlags. */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call('networkGetXMLDesc', { net: this.ref, flags }, options)).xml;
  }

  /** Changes a part in place, e.g. 'ADD_LAST', 'IP_DHCP_HOST'; flags: NetworkUpdateFlags (LIVE 1, CONFIG 2). */
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

  /** Leases, all or of one MAC address. */
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

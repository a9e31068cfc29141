/** The virtual networks of a host, and the leases that its guests have there. */
import { randomUUID } from 'node:crypto';
import { ConnectListAllNetworksFlags as FLAG, IPAddrType, NetworkEventLifecycleType } from '../../generated/enums.ts';
import type { RemoteNetworkDhcpLease, RemoteNonnullNetwork } from '../../generated/remote.ts';
import { attribute, child, element, ensureChild, text, type XmlElement } from '../../xml/index.ts';
import { ServerFailure } from '../failure.ts';
import { hostUuid } from './baseline.ts';
import { arrange, completeUuid, readNamed } from './document.ts';
import { interfacesOf } from './domain-stats.ts';
import type { Domains, HostContext } from './domains.ts';
import { networkLifecycle } from './events.ts';
import { type FlagGroup, fits } from './list-filter.ts';
import type { SimulatedDomain } from './simulated-domain.ts';

export class SimulatedNetwork {
  readonly uuid: string;
  readonly name: string;
  config: XmlElement;
  isActive = false;
  isPersistent: boolean;
  autostart = false;

  constructor(config: XmlElement, isPersistent: boolean) {
    this.uuid = text(config, 'uuid')!;
    this.name = text(config, 'name')!;
    this.config = config;
    this.isPersistent = isPersistent;
  }

  get ref(): RemoteNonnullNetwork {
    return { name: this.name, uuid: this.uuid };
  }

  get bridge(): string {
    const name = attribute(child(this.config, 'bridge'), 'name');
    if (name === undefined) {
      throw new ServerFailure('INTERNAL_ERROR', `network '${this.name}' does not have a bridge name.`, 'NETWORK');
    }
    return name;
  }
}

const filters: readonly FlagGroup<SimulatedNetwork>[] = [
  [
    [FLAG.ACTIVE, (network) => network.isActive],
    [FLAG.INACTIVE, (network) => !network.isActive],
  ],
  [
    [FLAG.PERSISTENT, (network) => network.isPersistent],
    [FLAG.TRANSIENT, (network) => !network.isPersistent],
  ],
  [
    [FLAG.AUTOSTART, (network) => network.autostart],
    [FLAG.NO_AUTOSTART, (network) => !network.autostart],
  ],
];

/** Leases last so long from the moment they are looked at. */
const LEASE_S = 3600;
const PREFIX = 16;

export class Networks {
  readonly #host: HostContext;
  readonly #domains: Domains;
  readonly #byUuid = new Map<string, SimulatedNetwork>();

  constructor(host: HostContext, domains: Domains) {
    this.#host = host;
    this.#domains = domains;
    const first = this.#add(readNetwork(DEFAULT.replace('UUID', hostUuid(host.identity)), 0), true);
    first.isActive = true;
    first.autostart = true;
  }

  list(flags = 0): SimulatedNetwork[] {
    return [...this.#byUuid.values()].filter((network) => fits(network, flags, filters));
  }

  find(uuid: string): SimulatedNetwork {
    const found = this.#byUuid.get(uuid);
    if (!found) throw new ServerFailure('NO_NETWORK', `Network not found: no network with matching uuid '${uuid}'`);
    return found;
  }

  byName(name: string): SimulatedNetwork {
    const found = this.list().find((network) => network.name === name);
    if (!found) throw new ServerFailure('NO_NETWORK', `Network not found: no network with matching name '${name}'`);
    return found;
  }

  define(xml: string, isPersistent = true): SimulatedNetwork {
    const config = readNetwork(xml, this.#byUuid.size);
    const known = this.#sameAs(config);
    if (known) {
      known.config = config;
      known.isPersistent ||= isPersistent;
    }
    const network = known ?? this.#add(config, isPersistent);
    if (isPersistent) this.#host.emit(networkLifecycle(network.ref, NetworkEventLifecycleType.DEFINED));
    return network;
  }

  start(network: SimulatedNetwork): SimulatedNetwork {
    if (network.isActive) throw new ServerFailure('OPERATION_INVALID', 'network is already active', 'NETWORK');
    network.isActive = true;
    this.#host.emit(networkLifecycle(network.ref, NetworkEventLifecycleType.STARTED));
    return network;
  }

  stop(network: SimulatedNetwork): void {
    if (!network.isActive) throw new ServerFailure('OPERATION_INVALID', 'network is not active', 'NETWORK');
    network.isActive = false;
    if (!network.isPersistent) this.#byUuid.delete(network.uuid);
    this.#host.emit(networkLifecycle(network.ref, NetworkEventLifecycleType.STOPPED));
  }

  undefine(network: SimulatedNetwork): void {
    network.isPersistent = false;
    if (!network.isActive) this.#byUuid.delete(network.uuid);
    this.#host.emit(networkLifecycle(network.ref, NetworkEventLifecycleType.UNDEFINED));
  }

  /** Of all interfaces of running guests there, or of the one with this MAC address. */
  leases(network: SimulatedNetwork, mac: string | null): RemoteNetworkDhcpLease[] {
    if (!network.isActive || !child(network.config, 'ip', 'dhcp')) return [];
    const leases: RemoteNetworkDhcpLease[] = [];
    for (const domain of this.#domains) {
      if (!domain.isActive) continue;
      for (const { address, hwaddr } of addressesOf(domain, network.name)) {
        if (mac !== null && mac.toLowerCase() !== hwaddr) continue;
        leases.push({
          iface: network.bridge,
          expirytime: Math.floor(this.#host.nowMs() / 1000) + LEASE_S,
          type: IPAddrType.IPV4,
          mac: hwaddr,
          iaid: null,
          ipaddr: address,
          prefix: PREFIX,
          hostname: domain.name,
          clientid: null,
        });
      }
    }
    return leases;
  }

  #add(config: XmlElement, isPersistent: boolean): SimulatedNetwork {
    const network = new SimulatedNetwork(config, isPersistent);
    this.#byUuid.set(network.uuid, network);
    return network;
  }

  #sameAs(config: XmlElement): SimulatedNetwork | undefined {
    const [name, uuid] = [text(config, 'name'), text(config, 'uuid')];
    const known = this.list().find((network) => network.name === name || network.uuid === uuid);
    if (known && (known.name !== name || known.uuid !== uuid)) {
      const message = `network '${known.name}' already exists with uuid ${known.uuid}`;
      throw new ServerFailure('OPERATION_FAILED', message, 'NETWORK');
    }
    return known;
  }
}

export interface GuestAddress {
  readonly device: string;
  readonly hwaddr: string;
  readonly address: string;
  readonly prefix: number;
}

/** Where a guest is reached: 10.0 and the last two bytes of the MAC address of each of its interfaces in networks. */
export function addressesOf(domain: SimulatedDomain, network?: string): GuestAddress[] {
  return interfacesOf(domain).flatMap((device) => {
    const source = attribute(child(device, 'source'), 'network');
    const hwaddr = attribute(child(device, 'mac'), 'address')?.toLowerCase();
    if (source === undefined || hwaddr === undefined || (network ?? source) !== source) return [];
    const [high, low] = hwaddr.split(':').slice(-2);
    const address = `10.0.${Number.parseInt(high!, 16)}.${Number.parseInt(low!, 16)}`;
    return [{ device: attribute(child(device, 'target'), 'dev') ?? '', hwaddr, address, prefix: PREFIX }];
  });
}

const DEFAULT = `<network>
  <name>default</name><uuid>UUID</uuid><forward mode='nat'/><bridge name='virbr0' stp='on' delay='0'/>
  <ip address='10.0.0.1' netmask='255.255.0.0'><dhcp><range start='10.0.0.2' end='10.0.255.254'/></dhcp></ip>
</network>`;

const ORDER = 'name uuid title description metadata forward bridge mtu mac domain dns vlan bandwidth ip route'.split(
  ' ',
);

function readNetwork(xml: string, index: number): XmlElement {
  const network = readNamed(xml, 'network');
  completeUuid(network, randomUUID);
  const mode = attribute(child(network, 'forward'), 'mode') ?? 'nat';
  // Other modes use what the host has.
  if (['nat', 'route', 'open'].includes(mode) || !child(network, 'forward')) completeBridge(network, index);
  arrange(network, ORDER);
  return network;
}

function completeBridge(network: XmlElement, index: number): void {
  const bridge = ensureChild(network, 'bridge');
  bridge.attributes['name'] ??= `virbr${index}`;
  bridge.attributes['stp'] ??= 'on';
  bridge.attributes['delay'] ??= '0';
  if (!child(network, 'mac')) network.children.push(element('mac', { address: `52:54:00:00:00:${hex(index)}` }));
}

const hex = (value: number): string => (value % 256).toString(16).padStart(2, '0');

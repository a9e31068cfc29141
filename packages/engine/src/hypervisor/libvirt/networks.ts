import {
  attribute,
  child,
  children,
  element,
  formatXml,
  integer,
  isLibvirtError,
  type Network,
  parseXml,
  type XmlElement,
} from '@domus/libvirt';
import type { FoundNetwork, NetworkPort, NetworkSpec } from '../port.ts';
import type { Access } from './vms.ts';

export class LibvirtNetworks implements NetworkPort {
  readonly #access: Access;
  constructor(access: Access) {
    this.#access = access;
  }

  list(): Promise<FoundNetwork[]> {
    return this.#access.use(async (connection) => {
      const found = await Promise.all((await connection.networks.list()).map(look));
      return found.filter((network) => network !== null);
    });
  }

  create(spec: NetworkSpec): Promise<void> {
    return this.#access.use(async (connection) => {
      const network = await connection.networks.defineXML(formatXml(networkXml(spec)));
      await network.create();
      await network.setAutostart(true);
    });
  }

  start(name: string): Promise<void> {
    return this.#access.use(async (connection) => {
      const network = await connection.networks.lookupByName(name);
      if (!(await network.isActive())) await network.create();
    });
  }

  delete(name: string): Promise<void> {
    return this.#access.use(async (connection) => {
      const network = (await connection.networks.list()).find((each) => each.name === name);
      if (network === undefined) return;
      if (await network.isActive()) await network.destroy();
      await network.undefine();
    });
  }
}

const toNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toAddress = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/** First address: the host's. The rest but the broadcast address is leased by DHCP. */
export function networkXml(spec: NetworkSpec): XmlElement {
  const [base = '', prefix = ''] = spec.cidr.split('/');
  const first = toNumber(base);
  const size = 2 ** (32 - Number(prefix));
  return element(
    'network',
    {},
    element('name', {}, spec.name),
    element('uuid', {}, spec.id),
    spec.mode === 'nat' ? element('forward', { mode: 'nat' }) : undefined,
    element('bridge', { name: spec.bridge, stp: 'off', delay: 0 }),
    element(
      'ip',
      { address: toAddress(first + 1), prefix },
      element(
        'dhcp',
        {},
        element('range', { start: toAddress(first + 2), end: toAddress(first + Math.min(size - 2, 65_000)) }),
      ),
    ),
  );
}

async function look(network: Network): Promise<FoundNetwork | null> {
  try {
    const [xml, active] = await Promise.all([network.getXMLDesc(), network.isActive()]);
    const root = parseXml(xml);
    const forward = attribute(child(root, 'forward'), 'mode');
    const mode =
      child(root, 'forward') === undefined ? 'isolated' : forward === undefined || forward === 'nat' ? 'nat' : 'other';
    return {
      id: network.uuid,
      name: network.name,
      mode,
      bridge: attribute(child(root, 'bridge'), 'name') ?? null,
      cidr: cidrOf(root),
      active,
    };
  } catch (error) {
    if (isLibvirtError(error, 'NO_NETWORK')) return null;
    throw error;
  }
}

function cidrOf(root: XmlElement): string | null {
  const ip = children(root, 'ip').find((each) => (attribute(each, 'family') ?? 'ipv4') === 'ipv4');
  const address = attribute(ip, 'address');
  if (address === undefined) return null;
  const mask = attribute(ip, 'netmask');
  const prefix =
    integer(attribute(ip, 'prefix'), 'prefix') ?? (mask === undefined ? 24 : 32 - Math.log2(2 ** 32 - toNumber(mask)));
  const value = toNumber(address);
  return `${toAddress(value - (value % 2 ** (32 - prefix)))}/${prefix}`;
}

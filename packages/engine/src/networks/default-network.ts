import { createHash, randomUUID } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { DomusError, text } from '@domus/contract';
import type { Database } from '../database/index.ts';
import type { FoundNetwork, HostLink } from '../hypervisor/port.ts';
import { insertFound, insertNetwork } from './observe.ts';
import { defaultNetwork } from './queries.ts';
import { formatSubnet, freeSubnet, parseSubnet, type Subnet } from './subnet.rules.ts';

/** Bridge names have 15 characters at most (IFNAMSIZ) and must not meet another site's on the same machine. */
export const bridgeName = (id: string): string => `domus${createHash('sha256').update(id).digest('hex').slice(0, 6)}`;
const subnetsOf = (found: readonly FoundNetwork[]): Subnet[] => {
  const here = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const local = here
    .filter(({ family }) => family === 'IPv4')
    .map(({ address, cidr }) => networkOf(address, Number(cidr?.split('/')[1] ?? 32)));
  const verdicts = found.map((network) => parseSubnet(network.cidr ?? ''));
  return [...local, ...verdicts.flatMap((verdict) => (verdict.ok ? [verdict.subnet] : []))];
};
const networkOf = (address: string, prefix: number): Subnet => {
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return { network: value - (value % 2 ** (32 - prefix)), prefix };
};
/** Sees to it that the host has a default network: NAT, or QEMU's user-mode network where bridges are not to be had. */
export async function ensureDefaultNetwork(db: Database, hostId: string, link: HostLink): Promise<void> {
  const existing = await defaultNetwork(db, hostId);
  const libvirtName = `domus-${createHash('sha256').update(hostId).digest('hex').slice(0, 6)}`;
  if (link.mode === 'session') {
    if (existing === null)
      await insertNetwork(db, {
        id: randomUUID(),
        host_id: hostId,
        name: 'default',
        libvirt_name: null,
        mode: 'user',
        bridge: null,
        cidr: null,
        state: 'active',
        is_default: true,
        managed: true,
      });
    return;
  }
  const found = await link.networks.list();
  const there = found.find((network) => network.name === libvirtName);
  if (there !== undefined) {
    if (!there.active) await link.networks.start(libvirtName);
    if (existing === null) await insertFound(db, hostId, 'default', there, { isDefault: true, managed: true });
    return;
  }
  const id = existing?.id ?? randomUUID();
  const start = Number.parseInt(libvirtName.slice(6), 16) % 256;
  const taken = subnetsOf(found);
  for (let attempt = 0; ; attempt++) {
    const subnet = freeSubnet(taken, start);
    if (subnet === null)
      throw new DomusError('HYPERVISOR_REFUSED', {
        host: hostId,
        procedure: 'networkCreate',
        reason: text('every 192.168.x.0/24 is taken', '所有 192.168.x.0/24 网段都已被占用'),
      });
    try {
      await link.networks.create({
        id,
        name: libvirtName,
        mode: 'nat',
        bridge: bridgeName(id),
        cidr: formatSubnet(subnet),
      });
      break;
    } catch (error) {
      await link.networks.delete(libvirtName);
      if (attempt === 4) throw error;
      taken.push(subnet); // an address of the host that this process cannot see
    }
  }
  const made = (await link.networks.list()).find((network) => network.name === libvirtName);
  if (made === undefined) throw new Error(`the network ${libvirtName} is not there after it was made`);
  if (existing === null) await insertFound(db, hostId, 'default', made, { isDefault: true, managed: true });
}

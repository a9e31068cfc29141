import {
  attribute,
  child,
  children,
  descendants,
  integer,
  parseXml,
  type StateReason,
  sizeInBytes,
  text,
  type XmlElement,
} from '@domus/libvirt';
import type { FoundState, FoundVm } from '../port.ts';

const states: Readonly<Record<string, FoundState>> = {
  RUNNING: 'running',
  BLOCKED: 'running',
  PAUSED: 'paused',
  SHUTDOWN: 'stopping',
  SHUTOFF: 'stopped',
  CRASHED: 'crashed',
  PMSUSPENDED: 'paused',
};

const deviceKinds = ['disk', 'cdrom', 'floppy', 'lun'] as const;

function disks(devices: XmlElement | undefined): FoundVm['disks'] {
  return children(devices, 'disk').map((disk) => {
    const source = child(disk, 'source');
    const volume = attribute(source, 'volume');
    return {
      target: attribute(child(disk, 'target'), 'dev') ?? '',
      device: deviceKinds.find((kind) => kind === attribute(disk, 'device')) ?? 'disk',
      source:
        volume === undefined
          ? (attribute(source, 'file') ?? attribute(source, 'dev') ?? attribute(source, 'name') ?? null)
          : `${attribute(source, 'pool')}/${volume}`,
    };
  });
}

function nics(devices: XmlElement | undefined): FoundVm['nics'] {
  return children(devices, 'interface').map((nic) => {
    const source = child(nic, 'source');
    return {
      mac: attribute(child(nic, 'mac'), 'address') ?? '',
      network: attribute(source, 'network') ?? attribute(source, 'bridge') ?? attribute(source, 'dev') ?? null,
      model: attribute(child(nic, 'model'), 'type') ?? null,
    };
  });
}

function displays(devices: XmlElement | undefined): FoundVm['displays'] {
  const types = children(devices, 'graphics').map((each) => attribute(each, 'type'));
  const serial = children(devices, 'serial').length > 0 || children(devices, 'console').length > 0;
  return [
    ...(['spice', 'vnc'] as const).filter((kind) => types.includes(kind)),
    ...(serial ? (['serial'] as const) : []),
  ];
}

const agentConnected = (devices: XmlElement | undefined): boolean =>
  children(devices, 'channel').some((channel) => {
    const target = child(channel, 'target');
    return attribute(target, 'name') === 'org.qemu.guest_agent.0' && attribute(target, 'state') === 'connected';
  });

/** The live definition of a guest that runs carries the labels that it runs under. */
function confinement(root: XmlElement, driver: 'apparmor' | 'selinux' | 'none'): FoundVm['confinement'] {
  const labels = children(root, 'seclabel');
  const dac = labels.find((each) => attribute(each, 'model') === 'dac');
  const mac = labels.find((each) => attribute(each, 'model') === 'apparmor' || attribute(each, 'model') === 'selinux');
  if (dac === undefined && mac === undefined) return null;
  const label = text(mac, 'label') ?? null;
  const owner = text(dac, 'label');
  return {
    driver: mac === undefined ? 'none' : driver,
    label,
    user: owner?.replaceAll('+', '') ?? null,
    enforced: label !== null && attribute(mac, 'type') !== 'none',
  };
}

const accelerators: Readonly<Record<string, FoundVm['accelerator']>> = { kvm: 'kvm', qemu: 'qemu' };

export interface VmFacts {
  id: string;
  name: string;
  state: StateReason;
  vcpus: number;
  memoryMiB: number;
  xml: string;
  driver: 'apparmor' | 'selinux' | 'none';
}

/**
 * Reads a guest as its host has it. A definition that cannot be read (others write them, too) costs its details, not
 * the guest: it is shown with libvirt's bare facts and the reason.
 */
export function foundVm(facts: VmFacts): FoundVm {
  const bare = {
    id: facts.id,
    name: facts.name,
    state: states[facts.state.state] ?? 'unknown',
    reason: facts.state.reason.toLowerCase().replaceAll('_', '-'),
    vcpus: facts.vcpus,
    memoryMiB: facts.memoryMiB,
  } as const;
  try {
    const root = parseXml(facts.xml);
    const devices = child(root, 'devices');
    const bytes = sizeInBytes(child(root, 'memory'));
    return {
      ...bare,
      vcpus: integer(text(root, 'vcpu'), 'vcpu') ?? facts.vcpus,
      memoryMiB: bytes === undefined ? facts.memoryMiB : Math.round(bytes / 2 ** 20),
      accelerator: accelerators[attribute(root, 'type') ?? ''] ?? 'other',
      nics: nics(devices),
      disks: disks(devices),
      displays: displays(devices),
      agentConnected: agentConnected(devices),
      confinement: confinement(root, facts.driver),
      problem: null,
    };
  } catch (error) {
    const problem = `its definition cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return {
      ...bare,
      accelerator: 'other',
      nics: [],
      disks: [],
      displays: [],
      agentConnected: false,
      confinement: null,
      problem,
    };
  }
}

/** Where a display of a running guest listens. */
export type DisplayAddress = { type: 'unix'; path: string } | { type: 'tcp'; host: string; port: number };

export function displayAddress(xml: string, kind: 'spice' | 'vnc'): DisplayAddress | null {
  const graphics = descendants(parseXml(xml), 'graphics').find((each) => attribute(each, 'type') === kind);
  if (graphics === undefined) return null;
  const socket = children(graphics, 'listen').find((each) => attribute(each, 'type') === 'socket');
  const path = attribute(socket, 'socket') ?? attribute(graphics, 'socket');
  if (path !== undefined) return { type: 'unix', path };
  const port = integer(attribute(graphics, 'port'), 'port');
  if (port === undefined || port <= 0) return null;
  const host = attribute(graphics, 'listen') ?? attribute(child(graphics, 'listen'), 'address') ?? '127.0.0.1';
  return { type: 'tcp', host: host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host, port };
}

/** How a simulated host is as long as nobody has changed it. Everything follows from the host's and the guest's number. */
import { DomainPausedReason, DomainRunningReason } from '../../generated/enums.ts';
import { readDomainDocument } from './domain-document.ts';
import type { Origin } from './lazy-store.ts';
import { SimulatedDomain } from './simulated-domain.ts';

/** What tells one simulated host from another. */
export interface HostIdentity {
  /** From 0. */
  readonly index: number;
  /** `host-17`: the path of its URI. */
  readonly name: string;
  /** Guests that it has from the beginning. */
  readonly domainCount: number;
  /** Types of domains that it takes; its own guests are of the first. */
  readonly domainTypes: readonly string[];
  /** When the simulation began; ms since 1970. */
  readonly bornMs: number;
}

/** In the metadata of every guest that the simulation made. */
export const SIMULATION_NAMESPACE = 'urn:domus:simulation:1';
export const IMAGES = '/var/lib/libvirt/images';
export const GUEST_DISK_BYTES = 20 * 1024 ** 3;
const MINUTE_MS = 60_000;

export function hostUuid({ index }: HostIdentity): string {
  return uuidOf(index, 0);
}

export function guestName(host: HostIdentity, index: number): string {
  return `${host.name}-vm-${index}`;
}

export function guestIndex(host: HostIdentity, name: string): number | undefined {
  const prefix = `${host.name}-vm-`;
  return name.startsWith(prefix) ? indexIn(host, name.slice(prefix.length)) : undefined;
}

/** 52:54, then the number of the host and of the guest in two bytes each. */
export function guestMac(host: HostIdentity, index: number): string {
  const digits = hex(host.index % 0x1_0000, 4) + hex((index + 2) % 0x1_0000, 4);
  return ['52', '54', ...digits.match(/../g)!].join(':');
}

/** Of ten guests eight run, one is paused, one is shut off. */
export function domainOrigin(host: HostIdentity): Origin<SimulatedDomain> {
  return {
    count: host.domainCount,
    make: (index) => makeGuest(host, index),
    indexOfKey: (uuid) => {
      if (!uuid.startsWith(uuidOf(host.index, 0).slice(0, 24))) return undefined;
      const index = Number.parseInt(uuid.slice(24), 16) - 1;
      return index >= 0 && index < host.domainCount ? index : undefined;
    },
    indexOfName: (name) => guestIndex(host, name),
  };
}

function makeGuest(host: HostIdentity, index: number): SimulatedDomain {
  const uuid = uuidOf(host.index, index + 1);
  const config = () => readDomainDocument(guestXml(host, index), host.domainTypes, () => uuid);
  const domain = new SimulatedDomain({ uuid, name: guestName(host, index), config, autostart: index % 2 === 0 });
  const kind = index % 10;
  const startedMs = host.bornMs - (index + 1) * MINUTE_MS;
  if (kind !== 9) domain.start(index + 1, 'RUNNING', DomainRunningReason.BOOTED, startedMs);
  if (kind === 8) domain.suspend(DomainPausedReason.USER, host.bornMs);
  return domain;
}

function guestXml(host: HostIdentity, index: number): string {
  const name = guestName(host, index);
  const memoryMiB = 512 * 2 ** (index % 4);
  const [type] = host.domainTypes;
  return `<domain type='${type}'>
  <name>${name}</name>
  <uuid>${uuidOf(host.index, index + 1)}</uuid>
  <title>Simulated guest ${index} of ${host.name}</title>
  <metadata><simulation:guest xmlns:simulation='${SIMULATION_NAMESPACE}' host='${host.name}' index='${index}'/></metadata>
  <memory unit='MiB'>${memoryMiB}</memory>
  <vcpu>${2 ** (index % 3)}</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <features><acpi/><apic/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${IMAGES}/${name}.qcow2'/><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><mac address='${guestMac(host, index)}'/><source network='default'/><model type='virtio'/></interface>
    <serial type='pty'><target port='0'/></serial>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <input type='keyboard' bus='ps2'/>
    <graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'/>
    <video><model type='vga' vram='16384' heads='1' primary='yes'/></video>
    <memballoon model='virtio'/>
  </devices>
</domain>`;
}

/** Version 4 by its form; the host in the first group, the guest in the last. */
function uuidOf(host: number, guest: number): string {
  return `${hex(host, 8)}-5100-4000-8000-${hex(guest, 12)}`;
}

function indexIn(host: HostIdentity, digits: string): number | undefined {
  const index = /^(0|[1-9]\d*)$/.test(digits) ? Number(digits) : Number.NaN;
  return index < host.domainCount ? index : undefined;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

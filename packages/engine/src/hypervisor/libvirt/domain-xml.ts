import { element, formatXml, type XmlElement } from '@domus/libvirt';
import type { DiskSpec, VmSpec } from '../port.ts';

const SPARE_PCIE_PORTS = 8; // for disks and NICs that come while the VM runs

/**
 * KVM: the host's own model, as far as libvirt can migrate it. Emulation: Nehalem, the least that today's distributions
 * want (x86-64-v2); all that QEMU 7.2 can emulate is more, but guests were seen to fail on it, and it is slower.
 */
const cpuXml = (accelerator: VmSpec['accelerator']): XmlElement =>
  accelerator === 'kvm'
    ? element('cpu', { mode: 'host-model', check: 'partial' })
    : element(
        'cpu',
        { mode: 'custom', match: 'exact', check: 'none' },
        element('model', { fallback: 'allow' }, 'Nehalem'),
      );

/** The machine, CPU and firmware. */
function machine(spec: VmSpec): XmlElement[] {
  return [
    element(
      'os',
      spec.firmware === 'efi' ? { firmware: 'efi' } : {},
      element('type', { arch: spec.architecture, machine: 'q35' }, 'hvm'),
    ),
    element('features', {}, element('acpi'), element('apic'), element('vmport', { state: 'off' })),
    cpuXml(spec.accelerator),
    element(
      'clock',
      { offset: 'utc' },
      element('timer', { name: 'rtc', tickpolicy: 'catchup' }),
      element('timer', { name: 'pit', tickpolicy: 'delay' }),
      element('timer', { name: 'hpet', present: 'no' }),
    ),
    element('on_poweroff', {}, 'destroy'),
    element('on_reboot', {}, 'restart'),
    element('on_crash', {}, 'destroy'),
  ];
}

export function diskXml(disk: DiskSpec): XmlElement {
  const cdrom = disk.device === 'cdrom';
  return element(
    'disk',
    { type: 'volume', device: disk.device },
    element('driver', { name: 'qemu', type: disk.format, ...(cdrom ? {} : { discard: 'unmap' }) }),
    element('source', { pool: disk.pool, volume: disk.volume }),
    element('target', { dev: disk.target, bus: cdrom ? 'sata' : 'virtio' }),
    cdrom ? element('readonly') : undefined,
    disk.serial === null ? undefined : element('serial', {}, disk.serial),
    disk.bootOrder === null ? undefined : element('boot', { order: disk.bootOrder }),
  );
}

function nicXml(nic: VmSpec['nics'][number]): XmlElement {
  const source = nic.network.type === 'network' ? element('source', { network: nic.network.name }) : undefined;
  return element(
    'interface',
    { type: nic.network.type },
    element('mac', { address: nic.mac }),
    source,
    element('model', { type: 'virtio' }),
  );
}

/** SPICE and VNC listen on Unix sockets in a folder of QEMU's user: no address, no port, no password to lose. */
const graphics: XmlElement[] = [
  element(
    'graphics',
    { type: 'spice' },
    element('listen', { type: 'socket' }),
    element('image', { compression: 'auto_glz' }),
    element('jpeg', { compression: 'auto' }),
    element('zlib', { compression: 'auto' }),
    element('playback', { compression: 'on' }),
    element('streaming', { mode: 'filter' }),
    element('clipboard', { copypaste: 'yes' }),
    element('filetransfer', { enable: 'no' }),
  ),
  element('graphics', { type: 'vnc' }, element('listen', { type: 'socket' })),
];

function devices(spec: VmSpec): XmlElement {
  return element(
    'devices',
    {},
    ...spec.disks.map(diskXml),
    element('controller', { type: 'pci', index: 0, model: 'pcie-root' }),
    ...Array.from({ length: SPARE_PCIE_PORTS }, () => element('controller', { type: 'pci', model: 'pcie-root-port' })),
    element('controller', { type: 'usb', model: 'qemu-xhci' }),
    ...spec.nics.map(nicXml),
    element('serial', { type: 'pty' }, element('target', { port: 0 })),
    element('console', { type: 'pty' }, element('target', { type: 'serial', port: 0 })),
    element('channel', { type: 'unix' }, element('target', { type: 'virtio', name: 'org.qemu.guest_agent.0' })),
    element('channel', { type: 'spicevmc' }, element('target', { type: 'virtio', name: 'com.redhat.spice.0' })),
    element('input', { type: 'tablet', bus: 'usb' }),
    ...graphics,
    element(
      'video',
      {},
      element('model', { type: 'qxl', ram: 65536, vram: 65536, vgamem: 32768, heads: 1, primary: 'yes' }),
    ),
    element('memballoon', { model: 'virtio' }, element('stats', { period: 10 })),
    element('rng', { model: 'virtio' }, element('backend', { model: 'random' }, '/dev/urandom')),
  );
}

/** libvirt's definition of a VM. */
export function domainXml(spec: VmSpec): string {
  return formatXml(
    element(
      'domain',
      { type: spec.accelerator },
      element('name', {}, spec.name),
      element('uuid', {}, spec.id),
      element('title', {}, spec.title),
      element('metadata', {}, element('domus:vm', { 'xmlns:domus': 'urn:domus:vm:1' })),
      element('memory', { unit: 'MiB' }, spec.memoryMiB),
      element('vcpu', {}, spec.vcpus),
      ...machine(spec),
      devices(spec),
    ),
  );
}

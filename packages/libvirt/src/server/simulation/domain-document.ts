/** A domain's definition as libvirt keeps it: what was left out is filled in, everything stands in libvirt's order. */
import { randomBytes } from 'node:crypto';
import {
  attribute,
  child,
  children,
  cloneXml,
  element,
  ensureChild,
  removeChildren,
  setAttribute,
  setText,
  sizeInBytes,
  text,
  type XmlElement,
} from '../../xml/index.ts';
import { ServerFailure } from '../failure.ts';
import { arrange, completeUuid, readNamed } from './document.ts';

/** Domain XML, "formatdomain": the order in which libvirt writes. What is not listed follows. */
const ORDER =
  'name uuid genid title description metadata maxMemory memory currentMemory blkiotune memtune memoryBacking vcpu vcpus iothreads iothreadids cputune numatune resource sysinfo bootloader bootloader_args os idmap features cpu clock on_poweroff on_reboot on_crash pm perf devices seclabel keywrap launchSecurity'.split(
    ' ',
  );
const DEVICE_ORDER =
  'emulator disk controller lease filesystem interface smartcard serial parallel console channel input tpm graphics sound audio video hostdev redirdev redirfilter hub watchdog memballoon rng nvram panic shmem memory iommu vsock'.split(
    ' ',
  );

export const EMULATOR = '/usr/bin/simulated-hypervisor';

/** Parses and completes a definition. `uuid`: for a domain that has none yet. */
export function readDomainDocument(xml: string, domainTypes: readonly string[], uuid: () => string): XmlElement {
  const domain = readNamed(xml, 'domain');
  const type = attribute(domain, 'type');
  if (type === undefined) throw new ServerFailure('XML_ERROR', 'missing domain type attribute', 'DOMAIN');
  if (!domainTypes.includes(type)) {
    throw new ServerFailure('CONFIG_UNSUPPORTED', `could not find capabilities for domaintype=${type}`, 'CAPABILITIES');
  }
  if (!text(domain, 'os', 'type')) throw new ServerFailure('OS_TYPE', 'an os <type> must be specified', 'DOMAIN');
  setAttribute(domain, 'id', undefined);
  completeUuid(domain, uuid);
  completeSize(domain);
  completeBoot(domain);
  completeDevices(ensureChild(domain, 'devices'));
  arrange(domain, ORDER);
  return domain;
}

export function memoryKiB(domain: XmlElement, which: 'memory' | 'currentMemory'): number {
  return Math.ceil((sizeInBytes(child(domain, which)) ?? 0) / 1024);
}

export function setMemoryKiB(domain: XmlElement, which: 'memory' | 'currentMemory', sizeKiB: number): void {
  const at = ensureChild(domain, which);
  setText(at, sizeKiB);
  setAttribute(at, 'unit', 'KiB');
  arrange(domain, ORDER);
}

export function vcpuCount(domain: XmlElement, which: 'maximum' | 'current'): number {
  const maximum = Number(text(domain, 'vcpu') ?? 1);
  return which === 'maximum' ? maximum : Number(attribute(child(domain, 'vcpu'), 'current') ?? maximum);
}

export function setVcpuCount(domain: XmlElement, which: 'maximum' | 'current', count: number): void {
  const vcpu = ensureChild(domain, 'vcpu');
  const maximum = vcpuCount(domain, 'maximum');
  if (which === 'maximum') {
    const current = Math.min(vcpuCount(domain, 'current'), count);
    setText(vcpu, count);
    setAttribute(vcpu, 'current', current < count ? current : undefined);
  } else setAttribute(vcpu, 'current', count < maximum ? count : undefined);
}

/** Replaces or removes (undefined) an element of the top level. */
export function setTop(domain: XmlElement, name: string, replacement: XmlElement | undefined): void {
  removeChildren(domain, (each) => each.name === name);
  if (replacement) domain.children.push(replacement);
  arrange(domain, ORDER);
}

/** A copy of a definition as it is while the domain runs: with its id, aliases, ports and paths. */
export function liveDocument(config: XmlElement, id: number): XmlElement {
  const domain = cloneXml(config);
  domain.attributes = { type: domain.attributes['type'] ?? '', id: String(id), ...domain.attributes };
  const devices = ensureChild(domain, 'devices');
  for (const device of children(devices)) makeLive(device, devices, id);
  return domain;
}

/** Gives a device what it has in a running domain. */
export function makeLive(device: XmlElement, devices: XmlElement, id: number): void {
  const index = children(devices, device.name).indexOf(device);
  const prefix = ALIASES[device.name];
  if (prefix !== undefined && !child(device, 'alias')) {
    device.children.push(element('alias', { name: `${prefix}${index}` }));
  }
  if (device.name === 'interface') {
    const target = ensureChild(device, 'target');
    target.attributes['dev'] ??= index === 0 ? `vnet${id}` : `vnet${id}_${index}`;
  }
  if (device.name === 'graphics' && attribute(device, 'autoport') === 'yes') {
    device.attributes['port'] = String(5900 + (id % 50_000));
  }
  if (['serial', 'console'].includes(device.name) && attribute(device, 'type') === 'pty') {
    ensureChild(device, 'source').attributes['path'] = `/dev/pts/${id}`;
    if (device.name === 'console') device.attributes['tty'] = `/dev/pts/${id}`;
  }
}

/** libvirt's aliases; a disk's has its bus, too, but nobody may rely on that. */
const ALIASES: Readonly<Record<string, string>> = {
  disk: 'disk',
  controller: 'controller',
  filesystem: 'fs',
  interface: 'net',
  serial: 'serial',
  console: 'serial',
  channel: 'channel',
  input: 'input',
  sound: 'sound',
  video: 'video',
  hostdev: 'hostdev',
  redirdev: 'redir',
  watchdog: 'watchdog',
  memballoon: 'balloon',
  rng: 'rng',
  tpm: 'tpm',
};

function completeSize(domain: XmlElement): void {
  const memory = memoryKiB(domain, 'memory');
  if (memory === 0) throw new ServerFailure('XML_ERROR', 'memory must be specified for the domain', 'DOMAIN');
  const current = memoryKiB(domain, 'currentMemory');
  setMemoryKiB(domain, 'memory', memory);
  setMemoryKiB(domain, 'currentMemory', current === 0 ? memory : Math.min(current, memory));
  const vcpu = ensureChild(domain, 'vcpu');
  if (text(vcpu) === '') setText(vcpu, 1);
  vcpu.attributes['placement'] ??= 'static';
  if (!Number.isInteger(vcpuCount(domain, 'maximum')) || vcpuCount(domain, 'maximum') < 1) {
    throw new ServerFailure('XML_ERROR', `invalid number of vcpus '${text(vcpu)}'`, 'DOMAIN');
  }
}

function completeBoot(domain: XmlElement): void {
  const os = ensureChild(domain, 'os');
  const type = ensureChild(os, 'type');
  type.attributes['arch'] ??= 'x86_64';
  type.attributes['machine'] ??= 'pc';
  const boots = children(os, 'boot').length > 0 || children(os, 'kernel').length > 0;
  const devicesBoot = children(child(domain, 'devices')).some((device) => child(device, 'boot'));
  if (!boots && !devicesBoot) os.children.push(element('boot', { dev: 'hd' }));
  if (!child(domain, 'clock')) domain.children.push(element('clock', { offset: 'utc' }));
  const defaults = { on_poweroff: 'destroy', on_reboot: 'restart', on_crash: 'destroy' };
  for (const [name, value] of Object.entries(defaults))
    if (!child(domain, name)) setTop(domain, name, element(name, {}, value));
}

function completeDevices(devices: XmlElement): void {
  if (!child(devices, 'emulator')) devices.children.push(element('emulator', {}, EMULATOR));
  // A guest's serial port is its console, too.
  if (child(devices, 'serial') && !child(devices, 'console')) {
    const type = attribute(child(devices, 'serial'), 'type') ?? 'pty';
    devices.children.push(element('console', { type }, element('target', { type: 'serial', port: 0 })));
  }
  for (const device of children(devices)) completeDevice(device);
  arrange(devices, DEVICE_ORDER);
}

/** Fills in what every device of its kind has. */
export function completeDevice(device: XmlElement): void {
  if (device.name === 'disk') {
    device.attributes['type'] ??= 'file';
    device.attributes['device'] ??= 'disk';
    const target = child(device, 'target');
    const dev = attribute(target, 'dev');
    if (!target || dev === undefined) throw new ServerFailure('NO_TARGET', 'no target device for a disk', 'DOMAIN');
    target.attributes['bus'] ??= dev.startsWith('vd') ? 'virtio' : dev.startsWith('hd') ? 'ide' : 'scsi';
    if (attribute(device, 'device') === 'cdrom') ensureChild(device, 'readonly');
  }
  if (device.name === 'interface') ensureChild(device, 'mac').attributes['address'] ??= newMac();
  if (device.name === 'graphics' && attribute(device, 'port') === undefined) {
    device.attributes['port'] = '-1';
    device.attributes['autoport'] = 'yes';
  }
}

/** Adds a device where libvirt would write it. */
export function addDevice(domain: XmlElement, device: XmlElement): void {
  const devices = ensureChild(domain, 'devices');
  devices.children.push(device);
  arrange(devices, DEVICE_ORDER);
}

function newMac(): string {
  return ['52', '54', '00', ...randomBytes(3).toString('hex').match(/../g)!].join(':');
}

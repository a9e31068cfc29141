/** Devices put into a domain and taken out of it. `flags` are of virDomainDeviceModifyFlags. */
import {
  attribute,
  child,
  children,
  cloneXml,
  ensureChild,
  parseXml,
  removeChildren,
  replaceChild,
  type XmlElement,
} from '../../xml/index.ts';
import { ServerFailure } from '../failure.ts';
import { addDevice, completeDevice, makeLive } from './domain-document.ts';
import type { HostContext } from './domains.ts';
import { deviceAdded, deviceRemoved } from './events.ts';
import type { SimulatedDomain } from './simulated-domain.ts';

export function attachDevice(host: HostContext, domain: SimulatedDomain, xml: string, flags: number): void {
  const given = parseXml(xml);
  completeDevice(given);
  for (const definition of domain.definitions(flags)) {
    const identity = identityOf(given);
    if (identity !== undefined && sameDevice(definition, given)) {
      throw new ServerFailure('OPERATION_FAILED', `operation failed: ${given.name} ${identity} already exists`);
    }
    const device = cloneXml(given);
    addDevice(definition, device);
    if (!isLive(domain, definition)) continue;
    makeLive(device, ensureChild(definition, 'devices'), domain.id);
    host.emit(deviceAdded(domain.ref, aliasOf(device)));
  }
}

export function detachDevice(host: HostContext, domain: SimulatedDomain, xml: string, flags: number): void {
  const given = parseXml(xml);
  for (const definition of domain.definitions(flags)) remove(host, domain, definition, sameDevice(definition, given));
}

export function detachAlias(host: HostContext, domain: SimulatedDomain, alias: string, flags: number): void {
  for (const definition of domain.definitions(flags)) {
    const found = children(child(definition, 'devices')).find((device) => aliasOf(device) === alias);
    remove(host, domain, definition, found);
  }
}

export function updateDevice(domain: SimulatedDomain, xml: string, flags: number): void {
  const given = parseXml(xml);
  completeDevice(given);
  for (const definition of domain.definitions(flags)) {
    const found = sameDevice(definition, given) ?? missing();
    const device = cloneXml(given);
    const devices = ensureChild(definition, 'devices');
    replaceChild(devices, found, device);
    if (isLive(domain, definition)) makeLive(device, devices, domain.id);
  }
}

/** The device that a path, target or MAC address names. */
export function deviceNamed(domain: SimulatedDomain, kind: 'disk' | 'interface', name: string): XmlElement {
  const found = children(child(domain.current, 'devices'), kind).find((device) => {
    const source = child(device, 'source');
    const target = attribute(child(device, 'target'), 'dev');
    const mac = attribute(child(device, 'mac'), 'address');
    return [target, mac, attribute(source, 'file'), attribute(source, 'dev')].includes(name);
  });
  if (!found) throw new ServerFailure('INVALID_ARG', `invalid path, '${name}' is not a known ${kind}`);
  return found;
}

function remove(host: HostContext, domain: SimulatedDomain, from: XmlElement, found: XmlElement | undefined): void {
  const device = found ?? missing();
  removeChildren(ensureChild(from, 'devices'), (each) => each === device);
  if (isLive(domain, from)) host.emit(deviceRemoved(domain.ref, aliasOf(device)));
}

function missing(): never {
  throw new ServerFailure('DEVICE_MISSING', 'device not found: matching device not present');
}

function isLive(domain: SimulatedDomain, definition: XmlElement): boolean {
  return domain.isActive && definition === domain.current;
}

/** Disks are told apart by target, interfaces by MAC address; of other kinds the first one is meant. */
function sameDevice(definition: XmlElement, given: XmlElement): XmlElement | undefined {
  const candidates = children(child(definition, 'devices'), given.name);
  const identity = identityOf(given);
  if (identity !== undefined) return candidates.find((device) => identityOf(device) === identity);
  return ['disk', 'interface', 'hostdev'].includes(given.name) ? undefined : candidates[0];
}

function identityOf(device: XmlElement): string | undefined {
  if (device.name === 'disk') return attribute(child(device, 'target'), 'dev');
  if (device.name === 'interface') return attribute(child(device, 'mac'), 'address')?.toLowerCase();
  return attribute(child(device, 'alias'), 'name');
}

function aliasOf(device: XmlElement): string {
  return attribute(child(device, 'alias'), 'name') ?? '';
}

/** The few devices of a simulated host. They never change. */
import { ConnectListAllNodeDeviceFlags as FLAG } from '../../generated/enums.ts';
import { ServerFailure } from '../failure.ts';
import { type HostIdentity, hostUuid } from './baseline.ts';

export interface NodeDevice {
  readonly name: string;
  readonly parent: string | null;
  readonly capability: keyof typeof FLAGS;
  readonly xml: string;
}

const FLAGS = { system: FLAG.CAP_SYSTEM, pci: FLAG.CAP_PCI_DEV, net: FLAG.CAP_NET, storage: FLAG.CAP_STORAGE };
const ALL_CAPS = 0x3fff_ffff;
const NIC = 'pci_0000_01_00_0';

export function nodeDevices(host: HostIdentity): NodeDevice[] {
  return [
    device(
      'computer',
      null,
      'system',
      `
    <product>Simulated host</product>
    <hardware><vendor>Domus</vendor><serial>${host.name}</serial><uuid>${hostUuid(host)}</uuid></hardware>
    <firmware><vendor>Domus</vendor><version>1</version><release_date>01/01/2026</release_date></firmware>
  `,
    ),
    device(
      NIC,
      'computer',
      'pci',
      `
    <domain>0</domain><bus>1</bus><slot>0</slot><function>0</function>
    <product id='0x1000'>Simulated network interface</product><vendor id='0x1af4'>Domus</vendor>
  `,
    ),
    device(
      'net_eth0',
      NIC,
      'net',
      `
    <interface>eth0</interface><address>52:54:ff:ff:ff:ff</address><link speed='10000' state='up'/>
  `,
    ),
    device(
      'block_sda',
      'computer',
      'storage',
      `
    <block>/dev/sda</block><drive_type>disk</drive_type><model>Simulated disk</model><size>4398046511104</size>
  `,
    ),
  ];
}

/** Those with a capability that is among the flags; of all, if none is named. Every device is active. */
export function listNodeDevices(host: HostIdentity, flags: number): NodeDevice[] {
  // Of the two flags for states the higher is the sign bit.
  if ((flags & FLAG.INACTIVE) !== 0 && (flags | 0) >= 0) return [];
  const wanted = flags & ALL_CAPS;
  return nodeDevices(host).filter(({ capability }) => wanted === 0 || (wanted & FLAGS[capability]) !== 0);
}

export function nodeDevice(host: HostIdentity, name: string): NodeDevice {
  const found = nodeDevices(host).find((each) => each.name === name);
  if (found) return found;
  throw new ServerFailure(
    'NO_NODE_DEVICE',
    `Node device not found: no node device with matching name '${name}'`,
    'NODEDEV',
  );
}

function device(name: string, parent: string | null, capability: NodeDevice['capability'], inside: string): NodeDevice {
  const above = parent === null ? '' : `\n  <parent>${parent}</parent>`;
  const xml = `<device>\n  <name>${name}</name>${above}\n  <capability type='${capability}'>${inside}</capability>\n</device>\n`;
  return { name, parent, capability, xml };
}

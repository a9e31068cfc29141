/**
 * Typed XML without a daemon: `node examples/typed-xml.ts`. Builds a definition, reads and edits it, and shows what a
 * mistake is told like.
 */
import { buildDevice, buildDomain, checkXml, isLibvirtError, readDomain, type xml } from '@domus/libvirt';

const disk: xml.Disk = {
  type: 'file',
  device: 'disk',
  driver: { name: 'qemu', type: 'qcow2' },
  source: { file: '/srv/web.qcow2' },
  target: { dev: 'vda', bus: 'virtio' },
};

const text = buildDomain({
  type: 'kvm',
  name: 'web',
  memory: { unit: 'MiB', value: 2048 },
  vcpu: { value: 2 },
  os: { type: { arch: 'x86_64', machine: 'q35', value: 'hvm' } },
  devices: { disks: [disk], graphics: [{ type: 'spice', autoport: 'yes' }] },
});

// The same for what `domain.getXMLDesc()` answers: what is not touched stays byte for byte.
const domain = readDomain(text);
domain.title = 'Web server';
domain.memory!.value = 4096;
domain.devices!.disks = [
  ...domain.devices!.disks!,
  { ...disk, source: { file: '/srv/data.qcow2' }, target: { dev: 'vdb' } },
];
console.log(String(domain));
console.log(checkXml(domain) ?? 'fits the schema');

try {
  buildDevice('disks', { ...disk, type: 'block' });
} catch (error) {
  if (!isLibvirtError(error, 'INVALID_XML')) throw error;
  console.log(error.message);
}

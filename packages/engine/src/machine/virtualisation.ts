import { fileExists, readSmallFile } from './files.ts';
import type { VirtualisationFacts } from './virtualisation.rules.ts';

/** What this machine's kernel tells of its CPU; whether libvirt offers KVM is libvirt's to say. */
export function readLocalVirtualisation(): Omit<VirtualisationFacts, 'kvmOffered'> {
  const flags = /^flags\s*:\s*(.*)$/m.exec(readSmallFile('/proc/cpuinfo') ?? '')?.[1] ?? '';
  const nested =
    readSmallFile('/sys/module/kvm_intel/parameters/nested') ?? readSmallFile('/sys/module/kvm_amd/parameters/nested');
  return {
    cpuFlags: flags.split(/\s+/).filter((flag) => flag !== ''),
    kvmDevice: fileExists('/dev/kvm'),
    nested: nested === null ? null : /^[1Y]/.test(nested),
  };
}

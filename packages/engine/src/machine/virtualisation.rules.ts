import type { Virtualisation } from '@domus/contract';

export interface VirtualisationFacts {
  /** CPU flags as the kernel spells them. */
  readonly cpuFlags: readonly string[];
  /** /dev/kvm is there. */
  readonly kvmDevice: boolean;
  /** libvirt lists domain type "kvm". */
  readonly kvmOffered: boolean;
  /** The kvm module allows nesting; null where it is not loaded or not known. */
  readonly nested: boolean | null;
}

/**
 * KVM is usable when the CPU has vmx or svm, the kernel gives /dev/kvm and libvirt offers it: all three.
 * /dev/kvm alone is not enough: there are hosts that have it without the CPU's extension, and ordinary kernels hang there.
 */
export function judgeVirtualisation(facts: VirtualisationFacts): Virtualisation {
  const extension = facts.cpuFlags.includes('vmx') ? 'vmx' : facts.cpuFlags.includes('svm') ? 'svm' : 'none';
  const { kvmDevice, kvmOffered } = facts;
  const reason =
    extension === 'none'
      ? 'no-cpu-extension'
      : !kvmDevice
        ? 'no-kvm-device'
        : !kvmOffered
          ? 'kvm-not-offered'
          : 'kvm-usable';
  const accelerator = reason === 'kvm-usable' ? 'kvm' : 'qemu';
  return { extension, kvmDevice, kvmOffered, nested: facts.nested, accelerator, reason };
}

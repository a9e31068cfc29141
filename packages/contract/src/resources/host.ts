import { z } from 'zod';
import { Id, Instant } from '../primitives.ts';

export const HostState = z.enum(['connecting', 'up', 'down']);

/**
 * What the CPU can do for guests, as found and not as hoped: `kvm` is usable only when the CPU has vmx or svm AND the
 * hypervisor offers KVM; /dev/kvm alone is not enough.
 */
export const Virtualisation = z.object({
  extension: z.enum(['vmx', 'svm', 'none']).meta({ description: 'vmx is VT-x (Intel), svm is AMD-V' }),
  kvmDevice: z.boolean().meta({ description: '/dev/kvm is there' }),
  kvmOffered: z.boolean().meta({ description: 'libvirt offers domain type kvm' }),
  nested: z.boolean().nullable().meta({ description: 'guests may themselves use KVM; null where unknown' }),
  accelerator: z.enum(['kvm', 'qemu']).meta({ description: 'what guests get; qemu is emulation (TCG)' }),
  reason: z.enum(['kvm-usable', 'no-cpu-extension', 'no-kvm-device', 'kvm-not-offered']),
});
export type Virtualisation = z.infer<typeof Virtualisation>;

export const Host = z.object({
  id: Id,
  name: z.string(),
  state: HostState,
  stateReason: z.string().nullable(),
  libvirtUri: z.string().meta({ description: 'reaches the same daemon with "virsh -c"' }),
  mode: z.enum(['system', 'session']),
  hypervisor: z.object({ type: z.string(), version: z.string(), libvirtVersion: z.string() }).nullable(),
  cpu: z
    .object({
      architecture: z.string(),
      model: z.string(),
      vendor: z.string(),
      sockets: z.int(),
      cores: z.int(),
      threads: z.int(),
      count: z.int(),
      virtualisation: Virtualisation,
    })
    .nullable(),
  memory: z.object({ totalMiB: z.int(), freeMiB: z.int() }).nullable(),
  confinement: z
    .object({
      driver: z.enum(['apparmor', 'selinux', 'none']),
      qemuUser: z.string().nullable().meta({ description: 'user that QEMU runs as, of the default DAC label' }),
    })
    .nullable(),
  limitations: z.array(z.enum(['no-bridges', 'no-confinement', 'emulation'])),
  vmCount: z.int(),
  runningVmCount: z.int(),
  lastSeenAt: Instant.nullable(),
});
export type Host = z.infer<typeof Host>;

import type { Duplex, Readable } from 'node:stream';

/**
 * The port through which every subject reaches one host. Words are Domus's own; ids of VMs are libvirt's domain UUIDs.
 * Every method takes as long as the host takes, has a deadline of its own, and throws DomusError: HOST_DOWN where the
 * host does not answer, HYPERVISOR_REFUSED where it says no. What is not there is null, not an error.
 */
export interface HostLink {
  readonly uri: string;
  readonly mode: 'system' | 'session';
  status(): LinkStatus;
  /** Calls back on every change of the link and of what is on the host. Returns the way to stop. */
  subscribe(listener: (change: HostChange) => void): () => void;
  facts(): Promise<HostFacts>;
  close(): Promise<void>;

  readonly vms: VmPort;
  readonly storage: StoragePort;
  readonly networks: NetworkPort;
}

export type LinkStatus = { state: 'connecting' | 'down'; reason: string | null } | { state: 'up' };

export type HostChange =
  /** Connected, for the first time or again: everything may have changed meanwhile. */
  | { type: 'up' }
  | { type: 'down'; reason: string }
  /** The VM changed, came or went. */
  | { type: 'vm'; id: string }
  | { type: 'storage' }
  | { type: 'networks' };

export interface HostFacts {
  hostname: string;
  hypervisor: { type: string; version: string; libvirtVersion: string };
  cpu: {
    architecture: string;
    model: string;
    vendor: string;
    sockets: number;
    cores: number;
    threads: number;
    count: number;
    features: readonly string[];
  };
  memory: { totalMiB: number; freeMiB: number };
  /** libvirt offers domain type kvm for the host's own architecture. */
  kvmOffered: boolean;
  confinement: { driver: 'apparmor' | 'selinux' | 'none'; qemuUser: string | null };
}

export type FoundState = 'running' | 'paused' | 'stopping' | 'stopped' | 'crashed' | 'unknown';

/** A VM as its host has it, whoever defined it. */
export interface FoundVm {
  id: string;
  name: string;
  state: FoundState;
  reason: string | null;
  vcpus: number;
  memoryMiB: number;
  accelerator: 'kvm' | 'qemu' | 'other';
  nics: { mac: string; network: string | null; model: string | null }[];
  disks: { target: string; device: 'disk' | 'cdrom' | 'floppy' | 'lun'; source: string | null }[];
  displays: ('spice' | 'vnc' | 'serial')[];
  agentConnected: boolean;
  confinement: {
    driver: 'apparmor' | 'selinux' | 'none';
    label: string | null;
    user: string | null;
    enforced: boolean;
  } | null;
  /** What of its definition could not be read; then the rest is libvirt's bare facts. */
  problem: string | null;
}

export interface VmSpec {
  id: string;
  /** libvirt's name of it, unique on the host. */
  name: string;
  title: string;
  vcpus: number;
  memoryMiB: number;
  architecture: string;
  accelerator: 'kvm' | 'qemu';
  firmware: 'bios' | 'efi';
  disks: readonly DiskSpec[];
  nics: readonly { mac: string; network: NicTarget }[];
}
export type NicTarget = { type: 'network'; name: string } | { type: 'user' };
export interface DiskSpec {
  pool: string;
  volume: string;
  target: string;
  device: 'disk' | 'cdrom';
  format: 'qcow2' | 'raw';
  bootOrder: number | null;
  /** Shown to the guest; finds the disk again for detaching. */
  serial: string | null;
}

export interface GuestExec {
  command: readonly string[];
  input: string | undefined;
  timeoutMs: number;
}
export interface GuestExecResult {
  exitCode: number | null;
  signal: number | null;
  stdout: string;
  stderr: string;
  truncated: boolean;
}

export interface VmPort {
  list(): Promise<FoundVm[]>;
  find(id: string): Promise<FoundVm | null>;
  define(spec: VmSpec): Promise<void>;
  /** Forgets the definition with its firmware store and managed save; nothing where it is not there. */
  undefine(id: string): Promise<void>;
  /** Each does nothing where the VM is already so. */
  start(id: string): Promise<void>;
  forceOff(id: string): Promise<void>;
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  /** Asks the guest, through ACPI or its agent; it may take long or refuse. */
  shutdown(id: string): Promise<void>;
  reboot(id: string): Promise<void>;
  reset(id: string): Promise<void>;
  attachDisk(id: string, disk: DiskSpec): Promise<void>;
  detachDisk(id: string, target: string): Promise<void>;
  /** libvirt's XML without secrets; null where the VM is not there. */
  definition(id: string): Promise<string | null>;
  addresses(id: string, source: 'lease' | 'agent'): Promise<{ ip: string; mac: string }[]>;
  /** Throws AGENT_MISSING, AGENT_FAILED, TIMEOUT. */
  exec(id: string, exec: GuestExec): Promise<GuestExecResult>;
  /** The screen as a binary PPM (P6) or PNG, as the hypervisor gives it. */
  screenshot(id: string): Promise<{ type: string; bytes: Buffer }>;
  /** A fresh byte connection to the VM's display server; throws NO_DISPLAY. */
  openDisplay(id: string, kind: 'spice' | 'vnc'): Promise<Duplex>;
  openSerial(id: string): Promise<Duplex>;
}

export interface FoundPool {
  name: string;
  type: string;
  path: string | null;
  active: boolean;
  capacityBytes: number | null;
  allocationBytes: number | null;
  availableBytes: number | null;
}
export interface FoundVolume {
  name: string;
  path: string;
  capacityBytes: number;
  allocationBytes: number;
  format: string | null;
}
export interface VolumeSpec {
  name: string;
  format: 'qcow2' | 'raw';
  capacityBytes: number;
  /** Path of a volume that this one is a copy-on-write layer over. */
  backing: { path: string; format: 'qcow2' | 'raw' } | null;
}

export interface StoragePort {
  pools(): Promise<FoundPool[]>;
  /** Makes the directory pool unless it is there, and sees to it that it is active and starts with the host. */
  ensurePool(name: string): Promise<void>;
  volumes(pool: string): Promise<FoundVolume[]>;
  findVolume(pool: string, name: string): Promise<FoundVolume | null>;
  createVolume(pool: string, spec: VolumeSpec): Promise<FoundVolume>;
  /** Makes the volume and fills it from bytes; a half-filled one is deleted again. */
  uploadVolume(
    pool: string,
    spec: VolumeSpec,
    bytes: Readable,
    sizeBytes: number,
    options: { signal: AbortSignal; onProgress: (sent: number) => void },
  ): Promise<FoundVolume>;
  /** Nothing where it is not there. */
  deleteVolume(pool: string, name: string): Promise<void>;
}

export interface FoundNetwork {
  id: string;
  name: string;
  mode: 'nat' | 'isolated' | 'other';
  bridge: string | null;
  cidr: string | null;
  active: boolean;
}
export interface NetworkSpec {
  id: string;
  name: string;
  mode: 'nat' | 'isolated';
  bridge: string;
  /** Network address and prefix, e.g. 10.10.0.0/24; the first address is the host's, the rest are leased. */
  cidr: string;
}
export interface NetworkPort {
  list(): Promise<FoundNetwork[]>;
  /** Defines and starts it, also after each start of the host; throws HYPERVISOR_REFUSED where its addresses are taken. */
  create(spec: NetworkSpec): Promise<void>;
  /** Starts one that is defined and rests. */
  start(name: string): Promise<void>;
  delete(name: string): Promise<void>;
}

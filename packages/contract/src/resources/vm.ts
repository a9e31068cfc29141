import { z } from 'zod';
import { Description, DiskGiB, Id, IdOrName, Instant, Name, PlainText, Reference } from '../primitives.ts';

export const VmState = z.enum([
  'creating',
  'starting',
  'running',
  'paused',
  'stopping',
  'stopped',
  'crashed',
  'deleting',
  'failed',
  'unknown',
]);
export type VmState = z.infer<typeof VmState>;

export const Address = z.object({
  ip: z.string(),
  mac: z.string(),
  source: z.enum(['lease', 'agent']).meta({ description: "lease: the network's DHCP server; agent: the guest itself" }),
});

export const Nic = z.object({ mac: z.string(), network: z.string().nullable(), model: z.string().nullable() });

export const Disk = z.object({
  target: z.string().meta({ example: 'vda' }),
  device: z.enum(['disk', 'cdrom', 'floppy', 'lun']),
  source: z.string().nullable(),
});

export const Vm = z.object({
  id: Id,
  name: z.string(),
  description: z.string(),
  project: Reference,
  host: Reference.nullable(),
  managed: z.boolean().meta({ description: 'made by Domus; false: found on its host, shown and never redefined' }),
  state: VmState,
  stateReason: z.string().nullable(),
  vcpus: z.int(),
  memoryMiB: z.int(),
  flavor: Reference.nullable(),
  image: Reference.nullable(),
  accelerator: z.enum(['kvm', 'qemu', 'other']),
  guestUser: z.string().nullable(),
  addresses: z.array(Address),
  nics: z.array(Nic),
  disks: z.array(Disk),
  displays: z.array(z.enum(['spice', 'vnc', 'serial'])),
  agentConnected: z.boolean(),
  confinement: z
    .object({
      driver: z.enum(['apparmor', 'selinux', 'none']),
      label: z.string().nullable(),
      user: z.string().nullable().meta({ description: 'uid:gid that QEMU runs as' }),
      enforced: z.boolean(),
    })
    .nullable(),
  problem: z
    .string()
    .nullable()
    .meta({ description: 'why Domus cannot show or run it fully, e.g. a definition that it cannot read' }),
  operationId: Id.nullable().meta({ description: 'the operation that works on it now' }),
  createdAt: Instant,
  startedAt: Instant.nullable(),
});
export type Vm = z.infer<typeof Vm>;

const SshKey = z
  .string()
  .max(16_384)
  .regex(
    /^(ssh-(rsa|ed25519)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) [A-Za-z0-9+/]+={0,3}( [^\r\n]*)?$/,
    {
      error: 'expected one line of an OpenSSH public key, e.g. "ssh-ed25519 AAAA… you@host"',
    },
  );

/** The person inside the guest, made by cloud-init. */
export const GuestUser = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]{0,31}$/, {
      error: 'expected 1-32 small letters, digits, "-" or "_", first a letter or "_"',
    })
    .refine((name) => name !== 'root', { error: 'root is not offered: the user may become root with sudo' }),
  password: z.string().min(8).max(256).optional(),
  sshKeys: z.array(SshKey).max(20).default([]),
});

export const VmCreate = z
  .strictObject({
    name: Name,
    description: Description.default(''),
    project: IdOrName.optional().meta({ description: 'default: the project "default"' }),
    flavor: IdOrName,
    image: IdOrName.optional().meta({
      description: 'disk image to start from; without it the disk is empty and an ISO is needed',
    }),
    iso: IdOrName.optional().meta({ description: 'installation medium, booted first' }),
    diskGiB: DiskGiB.optional().meta({ description: "default: the flavor's, or the image's where that is larger" }),
    network: IdOrName.optional().meta({ description: 'default: the default network of the host' }),
    host: IdOrName.optional(),
    guestUser: GuestUser.optional(),
    accelerator: z.enum(['auto', 'kvm', 'qemu']).default('auto').meta({ description: 'auto: kvm where it is usable' }),
    firmware: z.enum(['bios', 'efi']).default('bios'),
    start: z.boolean().default(true),
  })
  .refine((vm) => vm.image !== undefined || vm.iso !== undefined, {
    path: ['image'],
    error: 'expected an image, an ISO or both',
  });
export type VmCreate = z.infer<typeof VmCreate>;

export const VmListQuery = z.object({
  project: IdOrName.optional(),
  host: IdOrName.optional(),
  state: VmState.optional(),
});
export const VmDelete = z.object({
  keepVolumes: z
    .stringbool()
    .default(false)
    .meta({ description: 'data volumes stay; root and seed volumes always go with the VM' }),
});

/** Runs one program in the guest through its agent; nothing is passed to a shell. */
export const VmExec = z.strictObject({
  command: z.array(PlainText.max(4096)).min(1).max(64),
  input: z.string().max(65_536).optional(),
  timeoutSeconds: z.int().min(1).max(600).default(30),
});
export const VmExecResult = z.object({
  exitCode: z.int().nullable().meta({ description: 'null where a signal ended it' }),
  signal: z.int().nullable(),
  stdout: z.string(),
  stderr: z.string(),
  truncated: z.boolean(),
});

export const ConsoleKind = z.enum(['spice', 'vnc', 'serial']);
export type ConsoleKind = z.infer<typeof ConsoleKind>;

/** A one-use ticket for one WebSocket, valid for 30 s; send it as the subprotocol `domus-ticket.TICKET` beside `binary`. */
export const ConsoleTicket = z.object({
  ticket: z.string(),
  path: z.string().meta({ example: '/console/spice' }),
  protocols: z.array(z.string()),
  expiresAt: Instant,
});
export type ConsoleTicket = z.infer<typeof ConsoleTicket>;
export const ConsoleTicketCreate = z.strictObject({ kind: ConsoleKind });

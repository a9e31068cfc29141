import type { Vm } from '@domus/contract';
import type { Generated, JSONColumnType } from 'kysely';
import type { Migration } from '../database/index.ts';
import type { FoundState, FoundVm } from '../hypervisor/port.ts';

/** What cloud-init shall make; the password is there as its crypt(3) hash only, and only until the seed is written. */
export interface GuestSeed {
  user: string | null;
  passwordHash: string | null;
  sshKeys: string[];
}

interface VmsTable {
  id: string;
  project_id: string;
  host_id: string | null;
  name: string;
  description: Generated<string>;
  managed: boolean;
  /** As the host says it; `absent` while the host does not have it. */
  state: FoundState | 'absent';
  state_reason: string | null;
  vcpus: number;
  memory_mib: number;
  accelerator: Vm['accelerator'];
  firmware: 'bios' | 'efi' | null;
  flavor_id: string | null;
  flavor_name: string | null;
  image_id: string | null;
  iso_id: string | null;
  network_id: string | null;
  mac: string | null;
  libvirt_name: string;
  seed: JSONColumnType<GuestSeed, string | null, string | null> | null;
  guest_user: string | null;
  found: JSONColumnType<FoundVm, string | null, string | null> | null;
  addresses: JSONColumnType<Vm['addresses'], string | undefined, string>;
  created_at: Generated<Date>;
  started_at: Date | null;
}
declare module '../database/index.ts' {
  interface Tables {
    vms: VmsTable;
  }
}

export const computeMigrations: readonly Migration[] = [
  {
    name: 'compute-1',
    sql: `
      create table vms (
        id uuid primary key,
        project_id uuid not null references projects,
        host_id uuid references hosts on delete set null,
        name text not null,
        description text not null default '',
        managed boolean not null,
        state text not null,
        state_reason text,
        vcpus integer not null,
        memory_mib integer not null,
        accelerator text not null,
        firmware text,
        flavor_id uuid,
        flavor_name text,
        image_id uuid references images,
        iso_id uuid references images,
        network_id uuid,
        mac text,
        libvirt_name text not null,
        seed jsonb,
        guest_user text,
        found jsonb,
        addresses jsonb not null default '[]',
        created_at timestamptz not null default now(),
        started_at timestamptz
      );
      create unique index vms_name on vms (project_id, name) where managed;
      create unique index vms_libvirt_name on vms (host_id, libvirt_name) where managed;
      create index vms_host on vms (host_id);`,
  },
];

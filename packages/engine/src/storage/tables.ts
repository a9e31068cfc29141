import type { StoragePool, Volume } from '@domus/contract';
import type { Generated } from 'kysely';
import type { Migration } from '../database/index.ts';

interface StoragePoolsTable {
  id: Generated<string>;
  host_id: string;
  name: string;
  type: string;
  path: string | null;
  state: StoragePool['state'];
  is_default: boolean;
  capacity_bytes: number | null;
  allocation_bytes: number | null;
  available_bytes: number | null;
}
interface VolumesTable {
  id: string;
  project_id: string;
  storage_pool_id: string;
  name: string;
  /** Its name in libvirt's storage pool, made from ids. */
  libvirt_name: string;
  format: Volume['format'];
  role: Volume['role'];
  state: 'creating' | 'available' | 'deleting' | 'failed';
  capacity_bytes: number;
  vm_id: string | null;
  /** vda, vdb, sda … while it belongs to a VM. */
  target: string | null;
  created_at: Generated<Date>;
}
declare module '../database/index.ts' {
  interface Tables {
    storage_pools: StoragePoolsTable;
    volumes: VolumesTable;
  }
}

export const storageMigrations: readonly Migration[] = [
  {
    name: 'storage-1',
    sql: `
      create table storage_pools (
        id uuid primary key default gen_random_uuid(),
        host_id uuid not null references hosts on delete cascade,
        name text not null,
        type text not null,
        path text,
        state text not null,
        is_default boolean not null,
        capacity_bytes bigint,
        allocation_bytes bigint,
        available_bytes bigint,
        constraint storage_pools_name unique (host_id, name)
      );
      create unique index storage_pools_default on storage_pools (host_id) where is_default;
      create table volumes (
        id uuid primary key,
        project_id uuid not null references projects,
        storage_pool_id uuid not null references storage_pools,
        name text not null,
        libvirt_name text not null,
        format text not null,
        role text not null check (role in ('root', 'seed', 'data')),
        state text not null check (state in ('creating', 'available', 'deleting', 'failed')),
        capacity_bytes bigint not null,
        vm_id uuid references vms,
        target text,
        created_at timestamptz not null default now(),
        unique (storage_pool_id, libvirt_name)
      );
      create unique index volumes_name on volumes (project_id, name) where role = 'data';
      create index volumes_vm on volumes (vm_id);`,
  },
];

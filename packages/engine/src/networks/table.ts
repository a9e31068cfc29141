import type { Network } from '@domus/contract';
import type { Migration } from '../database/index.ts';

export interface NetworksTable {
  id: string;
  host_id: string;
  name: string;
  /** libvirt's name of it; null is QEMU's user-mode network, of which libvirt knows nothing. */
  libvirt_name: string | null;
  mode: Network['mode'];
  bridge: string | null;
  cidr: string | null;
  state: Network['state'];
  is_default: boolean;
  managed: boolean;
}
declare module '../database/index.ts' {
  interface Tables {
    networks: NetworksTable;
  }
}

export const networkMigrations: readonly Migration[] = [
  {
    name: 'networks-1',
    sql: `
      create table networks (
        id uuid primary key,
        host_id uuid not null references hosts on delete cascade,
        name text not null,
        libvirt_name text,
        mode text not null,
        bridge text,
        cidr text,
        state text not null,
        is_default boolean not null,
        managed boolean not null,
        constraint networks_name unique (host_id, name)
      );
      create unique index networks_default on networks (host_id) where is_default;`,
  },
];

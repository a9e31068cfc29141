import type { Host } from '@domus/contract';
import type { Generated, JSONColumnType } from 'kysely';
import type { Migration } from '../database/index.ts';
import type { HostFacts } from '../hypervisor/port.ts';

interface HostsTable {
  id: Generated<string>;
  name: string;
  uri: string;
  mode: 'system' | 'session';
  state: Generated<Host['state']>;
  state_reason: string | null;
  facts: JSONColumnType<StoredFacts, string | null, string | null> | null;
  last_seen_at: Date | null;
}
/** What the host said last, with the verdict on its CPU. */
export interface StoredFacts extends HostFacts {
  virtualisation: NonNullable<Host['cpu']>['virtualisation'];
}
declare module '../database/index.ts' {
  interface Tables {
    hosts: HostsTable;
  }
}

export const hostMigrations: readonly Migration[] = [
  {
    name: 'hosts-1',
    sql: `
      create table hosts (
        id uuid primary key default gen_random_uuid(),
        name text not null constraint hosts_name unique,
        uri text not null,
        mode text not null check (mode in ('system', 'session')),
        state text not null default 'connecting' check (state in ('connecting', 'up', 'down')),
        state_reason text,
        facts jsonb,
        last_seen_at timestamptz
      );`,
  },
];

import type { Role } from '@domus/contract';
import type { Generated } from 'kysely';
import type { Migration } from '../database/index.ts';

interface Tables_ {
  projects: { id: Generated<string>; name: string; description: string; created_at: Generated<Date> };
  users: {
    id: Generated<string>;
    name: string;
    display_name: string;
    enabled: Generated<boolean>;
    password_hash: string;
    created_at: Generated<Date>;
  };
  role_assignments: { user_id: string; project_id: string | null; role: Role };
  sessions: {
    token_hash: Buffer;
    user_id: string;
    created_at: Generated<Date>;
    last_used_at: Generated<Date>;
    expires_at: Date;
  };
  api_tokens: {
    id: Generated<string>;
    user_id: string;
    name: string;
    token_hash: Buffer;
    created_at: Generated<Date>;
    expires_at: Date | null;
    last_used_at: Date | null;
  };
  setup_links: { token_hash: Buffer; expires_at: Date };
  audit_entries: {
    id: Generated<number>;
    at: Generated<Date>;
    actor: string;
    via: string;
    action: string;
    resource_kind: string | null;
    resource_id: string | null;
    resource_name: string | null;
    outcome: 'accepted' | 'refused';
    code: string | null;
  };
}
declare module '../database/index.ts' {
  interface Tables extends Tables_ {}
}

/** The project that things belong to where nobody names one. */
export const DEFAULT_PROJECT = '00000000-0000-4000-8000-000000000001';

export const identityMigrations: readonly Migration[] = [
  {
    name: 'identity-1',
    sql: `
      create table projects (
        id uuid primary key default gen_random_uuid(),
        name text not null constraint projects_name unique,
        description text not null,
        created_at timestamptz not null default now()
      );
      insert into projects (id, name, description) values ('${DEFAULT_PROJECT}', 'default', '');
      create table users (
        id uuid primary key default gen_random_uuid(),
        name text not null constraint users_name unique,
        display_name text not null,
        enabled boolean not null default true,
        password_hash text not null,
        created_at timestamptz not null default now()
      );
      create table role_assignments (
        user_id uuid not null references users on delete cascade,
        project_id uuid references projects on delete cascade,
        role text not null check (role in ('viewer', 'user', 'operator', 'administrator')),
        unique nulls not distinct (user_id, project_id)
      );
      create table sessions (
        token_hash bytea primary key,
        user_id uuid not null references users on delete cascade,
        created_at timestamptz not null default now(),
        last_used_at timestamptz not null default now(),
        expires_at timestamptz not null
      );
      create table api_tokens (
        id uuid primary key default gen_random_uuid(),
        user_id uuid not null references users on delete cascade,
        name text not null,
        token_hash bytea not null unique,
        created_at timestamptz not null default now(),
        expires_at timestamptz,
        last_used_at timestamptz,
        constraint api_tokens_name unique (user_id, name)
      );
      create table setup_links (token_hash bytea primary key, expires_at timestamptz not null);
      create table audit_entries (
        id bigint generated always as identity primary key,
        at timestamptz not null default now(),
        actor text not null,
        via text not null,
        action text not null,
        resource_kind text,
        resource_id text,
        resource_name text,
        outcome text not null,
        code text
      );`,
  },
];

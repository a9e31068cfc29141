import { sql } from 'kysely';
import type { Database } from './database.ts';

/** One step of the schema, applied once, in the order of the list. */
export interface Migration {
  /** Unique and never changed once released, e.g. `identity-1`. */
  readonly name: string;
  readonly sql: string;
}

const LOCK = 0x646f6d75; // 'domu': engines that share a database migrate one after the other

/** Applies what is missing. Refuses a database that a newer Domus has migrated. */
export async function migrate(db: Database, migrations: readonly Migration[]): Promise<string[]> {
  await sql`create table if not exists migrations (name text primary key, at timestamptz not null default now())`.execute(
    db,
  );
  const applied: string[] = [];
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
    const { rows } = await sql<{ name: string }>`select name from migrations`.execute(tx);
    const done = new Set(rows.map((row) => row.name));
    const unknown = [...done].filter((name) => !migrations.some((migration) => migration.name === name));
    if (unknown.length > 0)
      throw new Error(
        `the database was migrated by a newer Domus (it knows ${unknown.join(', ')}); start that version`,
      );
    for (const migration of migrations) {
      if (done.has(migration.name)) continue;
      await sql.raw(migration.sql).execute(tx);
      await sql`insert into migrations (name) values (${migration.name})`.execute(tx);
      applied.push(migration.name);
    }
  });
  return applied;
}

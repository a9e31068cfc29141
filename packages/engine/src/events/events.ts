import type { Event, ResourceKind } from '@domus/contract';
import { type Generated, sql } from 'kysely';
import pg from 'pg';
import type { Database, Migration, Queries } from '../database/index.ts';

interface EventsTable {
  id: Generated<number>;
  at: Generated<Date>;
  type: Event['type'];
  kind: ResourceKind;
  resource_id: string;
  name: string;
  project_id: string | null;
}
declare module '../database/index.ts' {
  interface Tables {
    events: EventsTable;
  }
}

export const eventMigrations: readonly Migration[] = [
  {
    name: 'events-1',
    sql: `
      create table events (
        id bigint generated always as identity primary key,
        at timestamptz not null default now(),
        type text not null,
        kind text not null,
        resource_id uuid not null,
        name text not null,
        project_id uuid
      );
      create index events_at on events (at);`,
  },
];

const CHANNEL = 'domus_events';
const ORDER_LOCK = 0x65766e74; // 'evnt'
const KEPT = 100_000;

export interface Change {
  type: Event['type'];
  kind: ResourceKind;
  id: string;
  name: string;
  projectId?: string | null;
}

/**
 * Records changes, in the transaction that makes them. The lock is held to the commit, so ids become visible in
 * their own order and a reader that has seen n never misses one below it.
 */
export async function record(tx: Queries, ...changes: Change[]): Promise<void> {
  if (changes.length === 0) return;
  if (!tx.isTransaction) throw new Error('an event is recorded in the transaction that makes the change');
  await sql`select pg_advisory_xact_lock(${ORDER_LOCK})`.execute(tx);
  await tx
    .insertInto('events')
    .values(
      changes.map(({ type, kind, id, name, projectId }) => ({
        type,
        kind,
        resource_id: id,
        name,
        project_id: projectId ?? null,
      })),
    )
    .execute();
  await sql`select pg_notify(${CHANNEL}, '')`.execute(tx);
}

type Listener = (events: readonly Event[]) => void;

/** Follows the events of every engine on this database and hands them to listeners in order, each once. */
export class EventFeed {
  readonly #db: Database;
  readonly #url: string;
  readonly #onError: (error: Error) => void;
  readonly #listeners = new Set<Listener>();
  #client: pg.Client | null = null;
  #last = 0;
  #reading = false;
  #again = false;
  #closed = false;

  constructor(db: Database, url: string, onError: (error: Error) => void) {
    this.#db = db;
    this.#url = url;
    this.#onError = onError;
  }

  async start(): Promise<void> {
    const newest = await this.#db
      .selectFrom('events')
      .select((e) => e.fn.max('id').as('id'))
      .executeTakeFirst();
    this.#last = Number(newest?.id ?? 0);
    await this.#listen();
  }

  async #listen(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url, application_name: 'domus-events', keepAlive: true });
    client.on('error', (error) => this.#onError(error));
    client.on('end', () => {
      if (this.#client === client && !this.#closed) this.#reconnect();
    });
    client.on('notification', () => this.#wake());
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    this.#client = client;
    this.#wake(); // what was said while nobody listened
  }

  #reconnect(): void {
    this.#client = null;
    setTimeout(() => {
      if (this.#closed) return;
      this.#listen().catch((error: Error) => {
        this.#onError(error);
        this.#reconnect();
      });
    }, 1000);
  }

  #wake(): void {
    this.#again = true;
    if (this.#reading) return;
    this.#reading = true;
    this.#drain()
      .catch((error: Error) => this.#onError(error))
      .finally(() => {
        this.#reading = false;
      });
  }

  async #drain(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      const events = await readAfter(this.#db, this.#last, 1000);
      const newest = events.at(-1);
      if (newest === undefined) continue;
      this.#last = newest.id;
      this.#again = true;
      for (const listener of this.#listeners) listener(events);
    }
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#client?.end();
  }
}

/** Events after an id, oldest first. */
export async function readAfter(db: Queries, after: number, limit: number): Promise<Event[]> {
  const rows = await db.selectFrom('events').selectAll().where('id', '>', after).orderBy('id').limit(limit).execute();
  return rows.map((row) => ({
    id: row.id,
    at: row.at.toISOString(),
    type: row.type,
    kind: row.kind,
    resourceId: row.resource_id,
    name: row.name,
    projectId: row.project_id,
  }));
}

/** The id after which a reader goes on that has seen `given`; null where that was never said or what followed is gone. */
export async function resumePoint(db: Queries, given: string): Promise<number | null> {
  if (!/^\d{1,15}$/.test(given)) return null;
  const id = Number(given);
  const row = await db
    .selectFrom('events')
    .select((e) => [e.fn.min('id').as('oldest'), e.fn.max('id').as('newest')])
    .executeTakeFirst();
  return id + 1 >= Number(row?.oldest ?? 0) && id <= Number(row?.newest ?? 0) ? id : null;
}

/** Drops all but the newest events; a client that slept longer is told to read everything again. */
export async function trimEvents(db: Database): Promise<void> {
  await sql`delete from events where id <= (select max(id) from events) - ${KEPT}`.execute(db);
}

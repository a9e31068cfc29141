import { DomusError } from '@domus/contract';
import { sql } from 'kysely';
import pg from 'pg';
import type { Database, OpenDatabase } from '../database/index.ts';
import type { AnyOperationKind, OperationKind } from './kind.ts';
import { OperationRun, type RunnerLog } from './run.ts';
import { OPERATIONS_CHANNEL } from './start.ts';
import { activeStates, type OperationRow } from './table.ts';

const OWNER_LOCKS = 0x6f776e72; // 'ownr': advisory locks (OWNER_LOCKS, engine number)
const AT_ONCE = 8;
const LOOK_EVERY_MS = 5000;

/**
 * Runs operations. Each engine holds an advisory lock under its number on a connection of its own; the lock falls with
 * the connection, so work of an engine that died is known at once and taken over, and work of a living one never is.
 */
export class OperationRunner {
  readonly #db: Database;
  readonly #url: string;
  readonly #log: RunnerLog;
  readonly #kinds = new Map<string, AnyOperationKind>();
  readonly #running = new Map<string, { abort: AbortController; done: Promise<void> }>();
  #client: pg.Client | null = null;
  #number = 0;
  #timer: NodeJS.Timeout | null = null;
  #stopping = false;

  constructor(open: OpenDatabase, url: string, log: RunnerLog) {
    this.#db = open.db;
    this.#url = url;
    this.#log = log;
  }

  register(kind: AnyOperationKind): void {
    if (this.#kinds.has(kind.kind)) throw new Error(`the operation kind ${kind.kind} is registered twice`);
    this.#kinds.set(kind.kind, kind);
  }

  async start(): Promise<void> {
    const { rows } = await sql<{ n: number }>`select nextval('engine_numbers')::int as n`.execute(this.#db);
    this.#number = rows[0]?.n ?? 0;
    await this.#hold();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#look();
  }

  async #hold(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: `domus-engine-${this.#number}`,
      keepAlive: true,
    });
    client.on('error', (error) => this.#log.error({ error }, 'the operations connection failed'));
    client.on('notification', () => this.#look());
    client.on('end', () => {
      if (this.#client === client && !this.#stopping) this.#lost();
    });
    await client.connect();
    await client.query('select pg_advisory_lock($1, $2)', [OWNER_LOCKS, this.#number]);
    await client.query(`listen ${OPERATIONS_CHANNEL}`);
    this.#client = client;
  }

  /** Without the lock another engine may take over: stop at once, and begin again under the same number. */
  #lost(): void {
    this.#client = null;
    for (const { abort } of this.#running.values()) abort.abort(new Error('the database went away'));
    const again = async () => {
      if (this.#stopping) return;
      await Promise.allSettled([...this.#running.values()].map(({ done }) => done));
      try {
        await this.#hold();
        await this.#db
          .updateTable('operations')
          .set({ owner: null })
          .where('owner', '=', this.#number)
          .where('state', 'in', activeStates)
          .execute();
        this.#look();
      } catch (error) {
        this.#log.error({ error }, 'the database is still away');
        setTimeout(() => void again(), 1000);
      }
    };
    setTimeout(() => void again(), 1000);
  }

  #look(): void {
    if (this.#stopping || this.#client === null) return;
    this.#claim().catch((error: unknown) => this.#log.error({ error }, 'could not look for operations'));
  }

  async #claim(): Promise<void> {
    await this.#releaseDead();
    await this.#passCancellations();
    while (this.#running.size < AT_ONCE && !this.#stopping) {
      const row = await this.#db
        .updateTable('operations')
        .set({
          owner: this.#number,
          state: sql`case when state = 'queued' then 'running' else state end`,
          started_at: sql`coalesce(started_at, now())`,
        })
        .where('id', '=', (query) =>
          query
            .selectFrom('operations')
            .select('id')
            .where('owner', 'is', null)
            .where('state', 'in', activeStates)
            .orderBy('created_at')
            .limit(1)
            .forUpdate()
            .skipLocked(),
        )
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) return;
      const abort = new AbortController();
      const done = this.#run(row, abort).finally(() => {
        this.#running.delete(row.id);
        this.#look();
      });
      this.#running.set(row.id, { abort, done });
    }
  }

  async #releaseDead(): Promise<void> {
    const owners = await this.#db
      .selectFrom('operations')
      .select('owner')
      .distinct()
      .where('owner', 'is not', null)
      .where('state', 'in', activeStates)
      .execute();
    for (const { owner } of owners) {
      if (owner === null || owner === this.#number) continue;
      const { rows } = await sql<{ dead: boolean }>`select not exists (
        select 1 from pg_locks where locktype = 'advisory' and granted and classid = ${OWNER_LOCKS}::bigint::oid and objid = ${owner}::bigint::oid) as dead`.execute(
        this.#db,
      );
      if (rows[0]?.dead !== true) continue;
      this.#log.info({ owner }, 'taking over the operations of an engine that is gone');
      await this.#db
        .updateTable('operations')
        .set({ owner: null })
        .where('owner', '=', owner)
        .where('state', 'in', activeStates)
        .execute();
    }
  }

  async #passCancellations(): Promise<void> {
    if (this.#running.size === 0) return;
    const rows = await this.#db
      .selectFrom('operations')
      .select(['id', 'cancelled_by'])
      .where('id', 'in', [...this.#running.keys()])
      .where('cancel_requested', '=', true)
      .where('state', '=', 'running')
      .execute();
    for (const { id, cancelled_by } of rows)
      this.#running.get(id)?.abort.abort(new DomusError('CANCELLED', { user: cancelled_by ?? '?' }));
  }

  async #run(row: OperationRow, abort: AbortController): Promise<void> {
    const kind = this.#kinds.get(row.kind) ?? unknownKind(row.kind);
    if (row.cancel_requested) abort.abort(new DomusError('CANCELLED', { user: row.cancelled_by ?? '?' }));
    const mayGoOn = () => !this.#stopping && this.#client !== null;
    await new OperationRun(this.#db, this.#log, { row, kind, signal: abort.signal, mayGoOn }).run();
  }

  /** Lets go: what runs is interrupted and goes on at the next start, here or in another engine. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#timer) clearInterval(this.#timer);
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort(new Error('the engine stops'));
    await Promise.allSettled(running.map(({ done }) => done));
    await this.#client?.end();
  }
}

/** Written down by an engine that knew it. It fails, and says so. */
const unknownKind = (kind: string): OperationKind<object> => ({
  kind,
  resourceKind: 'vm',
  steps: [{ name: kind, run: () => Promise.reject(new Error(`no such kind of operation: ${kind}`)) }],
});

import { setTimeout as delay } from 'node:timers/promises';
import { DomusError, type Step } from '@domus/contract';
import { sql } from 'kysely';
import pg from 'pg';
import type { Database, OpenDatabase } from '../database/index.ts';
import { record } from '../events/index.ts';
import type { AnyOperationKind, OperationKind, StepContext, StepKind } from './kind.ts';
import { OPERATIONS_CHANNEL } from './start.ts';
import { activeStates, type OperationRow, type StoredError } from './table.ts';

const OWNER_LOCKS = 0x6f776e72; // 'ownr': advisory locks (OWNER_LOCKS, engine number)
const AT_ONCE = 8;
const LOOK_EVERY_MS = 5000;
const HOST_AWAY_MS = 5 * 60_000;

export interface RunnerLog {
  info(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

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
    const kind = this.#kinds.get(row.kind) as OperationKind<object> | undefined;
    const log = { operation: row.id, kind: row.kind, resource: row.resource_name };
    if (kind === undefined)
      return this.#finish(
        row,
        'failed',
        storedError(new Error(`no such kind of operation: ${row.kind}`), row, this.#log),
      );
    const steps = kind.steps.map((step, index) => row.steps[index] ?? blank(step));
    try {
      if (row.state !== 'undoing') {
        this.#log.info(log, 'operation goes');
        if (row.cancel_requested) abort.abort(new DomusError('CANCELLED', { user: row.cancelled_by ?? '?' }));
        const failure = await this.#forward(row, kind, steps, abort.signal);
        if (failure === null) return await this.#finish(row, 'succeeded', null);
        if (this.#stopping || this.#client === null) return; // goes on after the next start
        row.error = storedError(failure, row, this.#log);
        await this.#db
          .updateTable('operations')
          .set({ state: 'undoing', error: JSON.stringify(row.error) })
          .where('id', '=', row.id)
          .execute();
      }
      await this.#backward(row, kind, steps);
      await this.#finish(row, row.error?.code === 'CANCELLED' ? 'cancelled' : 'failed', row.error);
    } catch (error) {
      if (this.#stopping || this.#client === null) return;
      this.#log.error({ ...log, error }, 'operation could not be brought to an end; it is tried again');
      await new Promise((resolve) => setTimeout(resolve, 2000));
      await this.#db
        .updateTable('operations')
        .set({ owner: null })
        .where('id', '=', row.id)
        .execute()
        .catch(() => this.#log.error(log, 'and could not be given back'));
    }
  }

  async #forward(row: OperationRow, kind: OperationKind<object>, steps: Step[], signal: AbortSignal): Promise<unknown> {
    for (const [index, step] of kind.steps.entries()) {
      const state = steps[index]!;
      if (state.state === 'succeeded') continue;
      Object.assign(state, { state: 'running', startedAt: state.startedAt ?? now() });
      await this.#save(row, steps);
      try {
        signal.throwIfAborted();
        await this.#whileHostIsAway(signal, () => step.run(this.#context(row, steps, state, signal)));
      } catch (error) {
        const failure = signal.aborted ? signal.reason : error;
        if (!(this.#stopping || this.#client === null)) {
          Object.assign(state, { state: 'failed', endedAt: now() });
          await this.#save(row, steps);
        }
        return failure ?? new Error('failed without a reason');
      }
      Object.assign(state, { state: 'succeeded', progress: 1, endedAt: now() });
      await this.#save(row, steps);
    }
    return null;
  }

  /** A host that is away for a moment (its daemon restarts, or we did) is waited for; the step looks first, as ever. */
  async #whileHostIsAway(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    for (const end = performance.now() + HOST_AWAY_MS; ; ) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof DomusError && error.code === 'HOST_DOWN') || performance.now() > end) throw error;
        await delay(1000, undefined, { signal });
      }
    }
  }

  async #backward(row: OperationRow, kind: OperationKind<object>, steps: Step[]): Promise<void> {
    const never = new AbortController().signal;
    for (const [index, step] of [...kind.steps.entries()].reverse()) {
      const state = steps[index]!;
      if (state.state === 'pending' || state.state === 'undone') continue;
      await step.undo?.(this.#context(row, steps, state, never));
      state.state = state.state === 'failed' ? 'failed' : 'undone';
      await this.#save(row, steps);
    }
  }

  #context(row: OperationRow, steps: Step[], state: Step, signal: AbortSignal): StepContext<object> {
    let saved = 0;
    return {
      operationId: row.id,
      resourceId: row.resource_id,
      resourceName: row.resource_name,
      input: row.input,
      signal,
      progress: (fraction, message) => {
        state.progress = Math.min(1, Math.max(0, fraction));
        state.message = message ?? state.message;
        if (performance.now() - saved < 500 || state.state !== 'running') return;
        saved = performance.now();
        this.#save(row, steps).catch((error: unknown) => this.#log.error({ error }, 'could not store progress'));
      },
    };
  }

  async #save(row: OperationRow, steps: Step[]): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await tx
        .updateTable('operations')
        .set({ steps: JSON.stringify(steps) })
        .where('id', '=', row.id)
        .execute();
      await record(tx, { type: 'changed', kind: 'operation', id: row.id, name: row.kind, projectId: row.project_id });
    });
    this.#look(); // cancellations are passed on as steps go
  }

  async #finish(row: OperationRow, state: 'succeeded' | 'failed' | 'cancelled', error: unknown): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await tx
        .updateTable('operations')
        .set({ state, error: error === null ? null : JSON.stringify(error), ended_at: sql`now()`, owner: null })
        .where('id', '=', row.id)
        .execute();
      const resource = {
        kind: row.resource_kind as 'vm',
        id: row.resource_id,
        name: row.resource_name,
        projectId: row.project_id,
      };
      await record(
        tx,
        { type: 'changed', kind: 'operation', id: row.id, name: row.kind, projectId: row.project_id },
        { type: 'changed', ...resource },
      );
    });
    this.#log.info({ operation: row.id, kind: row.kind, resource: row.resource_name, state, error }, 'operation ended');
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

const now = (): string => new Date().toISOString();
const blank = (step: StepKind<object>): Step => ({
  name: step.name,
  state: 'pending',
  progress: 0,
  message: null,
  startedAt: null,
  endedAt: null,
});

function storedError(failure: unknown, row: OperationRow, log: RunnerLog): StoredError {
  if (failure instanceof DomusError)
    return { code: failure.code, parameters: failure.parameters, field: failure.field };
  log.error({ operation: row.id, error: failure }, 'operation failed unexpectedly');
  return { code: 'INTERNAL', parameters: { reference: row.id }, field: null };
}

import { setTimeout as delay } from 'node:timers/promises';
import { DomusError, type Step } from '@domus/contract';
import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../database/index.ts';
import { type Change, record } from '../events/index.ts';
import type { OperationKind, StepContext, StepKind } from './kind.ts';
import { activeStates, type OperationRow, type StoredError } from './table.ts';

const HOST_AWAY_MS = 5 * 60_000;
const PROGRESS_EVERY_MS = 500;

type Ended = 'succeeded' | 'failed' | 'cancelled';

interface Outcome {
  state?: 'undoing' | Ended;
  error?: StoredError | null;
  ended_at?: RawBuilder<Date>;
  owner?: null;
}

export interface RunnerLog {
  info(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

export interface Work {
  readonly row: OperationRow;
  readonly kind: OperationKind<object>;
  readonly signal: AbortSignal;
  /** False where this engine stops or lost its claim: what is left belongs to whoever comes next. */
  mayGoOn(): boolean;
}

/** One operation, from where it stands to its end: its steps forward, or those begun backward. */
export class OperationRun {
  readonly #db: Database;
  readonly #log: RunnerLog;
  readonly #work: Work;
  readonly #steps: Step[];

  constructor(db: Database, log: RunnerLog, work: Work) {
    this.#db = db;
    this.#log = log;
    this.#work = work;
    this.#steps = work.kind.steps.map((step, index) => work.row.steps[index] ?? blank(step));
  }

  /** Ends when the operation ended or was let go. Never throws. */
  async run(): Promise<void> {
    const { row, mayGoOn } = this.#work;
    const log = { operation: row.id, kind: row.kind, resource: row.resource_name };
    try {
      if (row.state !== 'undoing') {
        this.#log.info(log, 'operation goes');
        const failure = await this.#forward();
        if (failure === null) return await this.#finish('succeeded', null);
        if (!mayGoOn()) return;
        row.error = this.#stored(failure);
        await this.#save({ state: 'undoing', error: row.error });
      }
      await this.#backward();
      await this.#finish(row.error?.code === 'CANCELLED' ? 'cancelled' : 'failed', row.error);
    } catch (error) {
      if (!mayGoOn()) return;
      this.#log.error({ ...log, error }, 'operation could not be brought to an end; it is tried again');
      await delay(2000);
      await this.#db
        .updateTable('operations')
        .set({ owner: null })
        .where('id', '=', row.id)
        .execute()
        .catch(() => this.#log.error(log, 'and could not be given back'));
    }
  }

  /** The end of a step is written together with the beginning of the next, or with the end of the whole. */
  async #forward(): Promise<unknown> {
    const { kind, signal } = this.#work;
    for (const [index, step] of kind.steps.entries()) {
      const state = this.#steps[index]!;
      if (state.state === 'succeeded') continue;
      Object.assign(state, { state: 'running', startedAt: state.startedAt ?? now() });
      await this.#save();
      try {
        signal.throwIfAborted();
        await this.#whileHostIsAway(() => step.run(this.#context(state, signal)));
      } catch (error) {
        Object.assign(state, { state: 'failed', endedAt: now() });
        return (signal.aborted ? signal.reason : error) ?? new Error('failed without a reason');
      }
      Object.assign(state, { state: 'succeeded', progress: 1, endedAt: now() });
    }
    return null;
  }

  /** A host that is away for a moment (its daemon restarts, or we did) is waited for; the step looks first, as ever. */
  async #whileHostIsAway(work: () => Promise<void>): Promise<void> {
    for (const end = performance.now() + HOST_AWAY_MS; ; ) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof DomusError && error.code === 'HOST_DOWN') || performance.now() > end) throw error;
        await delay(1000, undefined, { signal: this.#work.signal });
      }
    }
  }

  async #backward(): Promise<void> {
    const never = new AbortController().signal;
    for (const [index, step] of [...this.#work.kind.steps.entries()].reverse()) {
      const state = this.#steps[index]!;
      if (state.state === 'pending' || state.state === 'undone') continue;
      await step.undo?.(this.#context(state, never));
      state.state = state.state === 'failed' ? 'failed' : 'undone';
      await this.#save();
    }
  }

  #context(state: Step, signal: AbortSignal): StepContext<object> {
    const { row } = this.#work;
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
        if (performance.now() - saved < PROGRESS_EVERY_MS || state.state !== 'running') return;
        saved = performance.now();
        this.#save().catch((error: unknown) => this.#log.error({ error }, 'could not store progress'));
      },
    };
  }

  async #finish(state: Ended, error: StoredError | null): Promise<void> {
    const { row } = this.#work;
    const resource = { id: row.resource_id, name: row.resource_name, projectId: row.project_id };
    await this.#save(
      { state, error, ended_at: sql<Date>`now()`, owner: null },
      { type: 'changed', kind: row.resource_kind, ...resource },
    );
    this.#log.info({ operation: row.id, kind: row.kind, resource: resource.name, state, error }, 'operation ended');
  }

  /** Writes how the steps stand, and what changes beside; progress that is late changes nothing that has ended. */
  async #save(change: Outcome = {}, ...events: Change[]): Promise<void> {
    const { row } = this.#work;
    const { error, ...plain } = change;
    await this.#db.transaction().execute(async (tx) => {
      await tx
        .updateTable('operations')
        .set({
          ...plain,
          ...(error ? { error: JSON.stringify(error) } : {}),
          steps: JSON.stringify(this.#steps),
        })
        .where('id', '=', row.id)
        .where('state', 'in', activeStates)
        .execute();
      const operation = { kind: 'operation' as const, id: row.id, name: row.kind, projectId: row.project_id };
      await record(tx, { type: 'changed', ...operation }, ...events);
    });
  }

  #stored(failure: unknown): StoredError {
    if (failure instanceof DomusError)
      return { code: failure.code, parameters: failure.parameters, field: failure.field };
    const { id } = this.#work.row;
    this.#log.error({ operation: id, error: failure }, 'operation failed unexpectedly');
    return { code: 'INTERNAL', parameters: { reference: id }, field: null };
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

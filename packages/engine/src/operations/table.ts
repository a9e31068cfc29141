import {
  DomusError,
  type ErrorCode,
  type ErrorParameters,
  type Operation,
  type OperationState,
  type ResourceKind,
  type Step,
  toProblem,
} from '@domus/contract';
import type { Generated, JSONColumnType, Selectable } from 'kysely';
import type { Migration } from '../database/index.ts';

export interface StoredError {
  code: ErrorCode;
  parameters: ErrorParameters;
  field: string | null;
}

interface OperationsTable {
  id: string;
  kind: string;
  state: OperationState;
  steps: JSONColumnType<Step[], string, string>;
  /** What the operation was asked to do; never a secret. */
  input: JSONColumnType<object, string, string>;
  resource_kind: ResourceKind;
  resource_id: string;
  resource_name: string;
  project_id: string | null;
  error: JSONColumnType<StoredError, string | null, string | null> | null;
  cancel_requested: Generated<boolean>;
  cancelled_by: string | null;
  created_by: string;
  created_at: Generated<Date>;
  started_at: Date | null;
  ended_at: Date | null;
  owner: number | null;
  exclusive: boolean;
}
declare module '../database/index.ts' {
  interface Tables {
    operations: OperationsTable;
  }
}
export type OperationRow = Selectable<OperationsTable>;

export const operationMigrations: readonly Migration[] = [
  {
    name: 'operations-1',
    sql: `
      create sequence engine_numbers as integer;
      create table operations (
        id uuid primary key,
        kind text not null,
        state text not null check (state in ('queued', 'running', 'undoing', 'succeeded', 'failed', 'cancelled')),
        steps jsonb not null,
        input jsonb not null,
        resource_kind text not null,
        resource_id uuid not null,
        resource_name text not null,
        project_id uuid,
        error jsonb,
        cancel_requested boolean not null default false,
        cancelled_by text,
        created_by text not null,
        created_at timestamptz not null default now(),
        started_at timestamptz,
        ended_at timestamptz,
        owner integer,
        exclusive boolean not null
      );
      create unique index operations_active on operations (resource_id) where exclusive and state in ('queued', 'running', 'undoing');
      create index operations_of_resource on operations (resource_id) where state in ('queued', 'running', 'undoing');
      create index operations_created on operations (created_at desc);`,
  },
];

export const activeStates = ['queued', 'running', 'undoing'] as const satisfies readonly OperationState[];

/** Progress of the whole: the mean of its steps. */
export const overallProgress = (state: OperationState, steps: readonly Step[]): number =>
  state === 'succeeded'
    ? 1
    : steps.reduce((sum, step) => sum + (step.state === 'succeeded' ? 1 : step.progress), 0) /
      Math.max(1, steps.length);

export function toOperation(row: OperationRow): Operation {
  const error =
    row.error &&
    new DomusError(row.error.code, row.error.parameters, row.error.field === null ? {} : { field: row.error.field });
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    progress: overallProgress(row.state, row.steps),
    steps: row.steps,
    resource: { kind: row.resource_kind, id: row.resource_id, name: row.resource_name },
    projectId: row.project_id,
    error: error && toProblem(error, 'en', row.id),
    cancelRequested: row.cancel_requested,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

import { z } from 'zod';
import { Id, Instant } from '../primitives.ts';
import { Problem } from '../problem.ts';

export const StepState = z.enum(['pending', 'running', 'succeeded', 'failed', 'undone']);
export const Step = z.object({
  name: z.string().meta({ example: 'create-volume' }),
  state: StepState,
  progress: z.number().min(0).max(1),
  message: z.string().nullable(),
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
});
export type Step = z.infer<typeof Step>;

export const OperationState = z.enum(['queued', 'running', 'undoing', 'succeeded', 'failed', 'cancelled']);
export type OperationState = z.infer<typeof OperationState>;

/** Work that takes long. Its steps survive the engine: after a crash they are probed and gone on with. */
export const Operation = z.object({
  id: Id,
  kind: z.string().meta({ example: 'vm.create' }),
  state: OperationState,
  progress: z.number().min(0).max(1),
  steps: z.array(Step),
  resource: z.object({ kind: z.string(), id: Id, name: z.string() }),
  projectId: Id.nullable(),
  error: Problem.nullable(),
  cancelRequested: z.boolean(),
  createdBy: z.string(),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
});
export type Operation = z.infer<typeof Operation>;

export const OperationQuery = z.object({
  state: OperationState.optional(),
  resourceId: Id.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

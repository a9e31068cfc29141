import { z } from 'zod';
import { Id, Instant } from '../primitives.ts';

export const resourceKinds = [
  'vm',
  'host',
  'image',
  'volume',
  'storage-pool',
  'network',
  'operation',
  'flavor',
  'user',
  'project',
] as const;
export type ResourceKind = (typeof resourceKinds)[number];

/** Something changed; how it is now is the business of its GET. */
export const Event = z.object({
  id: z.int().meta({ description: 'grows with time; send the last one as Last-Event-ID to resume' }),
  at: Instant,
  type: z.enum(['created', 'changed', 'deleted']),
  kind: z.enum(resourceKinds),
  resourceId: Id,
  name: z.string(),
  projectId: Id.nullable(),
});
export type Event = z.infer<typeof Event>;

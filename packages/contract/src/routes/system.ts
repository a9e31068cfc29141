import { z } from 'zod';
import { Event } from '../resources/event.ts';
import { Operation, OperationQuery } from '../resources/operation.ts';
import type { Route } from '../route.ts';
import { ById, list } from './parts.ts';

/** Work under way, news, and the installation itself. */
export const systemRoutes = {
  'operation.list': {
    method: 'GET',
    path: '/operations',
    summary: 'Operations, newest first',
    permission: 'operation:read',
    status: 200,
    query: OperationQuery,
    reply: list(Operation),
  },
  'operation.show': {
    method: 'GET',
    path: '/operations/:id',
    summary: 'An operation',
    permission: 'operation:read',
    status: 200,
    params: ById,
    reply: Operation,
  },
  'operation.cancel': {
    method: 'POST',
    path: '/operations/:id/cancel',
    summary: 'Ask an operation to stop and undo its work',
    permission: null,
    status: 200,
    params: ById,
    reply: Operation,
  },
  'event.stream': {
    method: 'GET',
    path: '/events',
    summary: 'Changes as they happen (SSE); Last-Event-ID resumes',
    permission: 'event:read',
    status: 200,
    replyType: 'text/event-stream',
    reply: Event,
  },
  'system.show': {
    method: 'GET',
    path: '/system',
    summary: 'Version and what this engine runs on',
    permission: null,
    status: 200,
    reply: z.object({
      version: z.string(),
      node: z.string(),
      database: z.string(),
      startedAt: z.string(),
      dataFolder: z.string().nullable(),
    }),
  },
} as const satisfies Record<string, Route>;

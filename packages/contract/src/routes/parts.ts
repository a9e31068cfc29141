import { z } from 'zod';
import { Id } from '../primitives.ts';
import { Operation } from '../resources/operation.ts';

export const list = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });
export const ById = z.object({ id: Id });
export const started = { status: 202, reply: Operation } as const;

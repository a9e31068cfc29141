import { z } from 'zod';
import { Id, Name, Reference } from '../primitives.ts';

export const Network = z.object({
  id: Id,
  name: z.string(),
  host: Reference,
  mode: z
    .enum(['nat', 'isolated', 'user', 'other'])
    .meta({ description: 'user: QEMU user-mode network, where bridges are not to be had' }),
  bridge: z.string().nullable(),
  cidr: z.string().nullable().meta({ example: '192.168.122.0/24' }),
  state: z.enum(['active', 'inactive', 'unknown']),
  default: z.boolean(),
  managed: z.boolean().meta({ description: 'made by Domus; others are shown only' }),
});
export type Network = z.infer<typeof Network>;

/** An IPv4 network of private addresses (RFC 1918) with 8 to 16 777 214 hosts. */
export const NetworkCreate = z.strictObject({
  name: Name,
  mode: z.enum(['nat', 'isolated']),
  cidr: z.cidrv4().meta({ example: '10.10.0.0/24' }),
});

import { z } from 'zod';
import { Bytes, DiskGiB, Id, IdOrName, Instant, Name, Reference } from '../primitives.ts';

export const StoragePool = z.object({
  id: Id,
  name: z.string(),
  host: Reference,
  type: z.string().meta({ example: 'dir' }),
  path: z.string().nullable(),
  state: z.enum(['active', 'inactive', 'unknown']),
  default: z.boolean(),
  capacityBytes: Bytes.nullable(),
  allocationBytes: Bytes.nullable(),
  availableBytes: Bytes.nullable(),
});
export type StoragePool = z.infer<typeof StoragePool>;

/** A disk of its own life: made empty, or as the disk of a VM (then it goes with it). */
export const Volume = z.object({
  id: Id,
  name: z.string(),
  projectId: Id,
  storagePool: Reference,
  format: z.enum(['qcow2', 'raw', 'iso']),
  role: z.enum(['root', 'seed', 'data']),
  state: z.enum(['creating', 'available', 'in-use', 'deleting', 'failed']),
  capacityBytes: Bytes,
  vm: Reference.nullable(),
  createdAt: Instant,
});
export type Volume = z.infer<typeof Volume>;

export const VolumeCreate = z.strictObject({
  name: Name,
  sizeGiB: DiskGiB,
  storagePool: IdOrName.optional(),
  project: IdOrName.optional(),
});

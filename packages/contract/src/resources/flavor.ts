import { z } from 'zod';
import { DiskGiB, Id, MemoryMiB, Name, VcpuCount } from '../primitives.ts';

export const Flavor = z.object({ id: Id, name: z.string(), vcpus: VcpuCount, memoryMiB: MemoryMiB, diskGiB: DiskGiB });
export type Flavor = z.infer<typeof Flavor>;
export const FlavorCreate = z.strictObject({ name: Name, vcpus: VcpuCount, memoryMiB: MemoryMiB, diskGiB: DiskGiB });

import type { ResourceKind } from '@domus/contract';
import { api } from './api.ts';

export interface Resource {
  id: string;
}
type Reader = (id: string, signal: AbortSignal) => Promise<Resource>;

/** How one resource is read again after it changed; a kind that is only listed has no reader. */
const readers: Partial<Record<ResourceKind, Reader>> = {
  vm: (id, signal) => api.call('vm.show', { params: { id } }, signal),
  host: (id, signal) => api.call('host.show', { params: { id } }, signal),
  image: (id, signal) => api.call('image.show', { params: { id } }, signal),
  volume: (id, signal) => api.call('volume.show', { params: { id } }, signal),
  'storage-pool': (id, signal) => api.call('storage-pool.show', { params: { id } }, signal),
  network: (id, signal) => api.call('network.show', { params: { id } }, signal),
  operation: (id, signal) => api.call('operation.show', { params: { id } }, signal),
  user: (id, signal) => api.call('user.show', { params: { id } }, signal),
};

export const readerOf = (kind: ResourceKind): Reader | undefined => readers[kind];

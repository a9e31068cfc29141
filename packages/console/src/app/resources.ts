import type { ResourceKind } from '@domus/contract';
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';

/**
 * What the pages read, as queries. Each kind lives in the cache as `[kind, 'list']`, `[kind, 'one', id]` and, for a list
 * that belongs to another resource, `[kind, 'of', id]`; events keep all three true (changes.ts).
 */
export const listKey = (kind: ResourceKind) => [kind, 'list'] as const;
export const oneKey = (kind: ResourceKind, id: string) => [kind, 'one', id] as const;

export const vmList = queryOptions({
  queryKey: listKey('vm'),
  queryFn: async ({ signal }) => (await api.call('vm.list', {}, signal)).items,
});
export const vmOne = (id: string) =>
  queryOptions({
    queryKey: oneKey('vm', id),
    queryFn: ({ signal }) => api.call('vm.show', { params: { id } }, signal),
  });
export const hostList = queryOptions({
  queryKey: listKey('host'),
  queryFn: async ({ signal }) => (await api.call('host.list', {}, signal)).items,
});
export const hostOne = (id: string) =>
  queryOptions({
    queryKey: oneKey('host', id),
    queryFn: ({ signal }) => api.call('host.show', { params: { id } }, signal),
  });
export const imageList = queryOptions({
  queryKey: listKey('image'),
  queryFn: async ({ signal }) => (await api.call('image.list', {}, signal)).items,
});
export const volumeList = queryOptions({
  queryKey: listKey('volume'),
  queryFn: async ({ signal }) => (await api.call('volume.list', {}, signal)).items,
});
export const storagePoolList = queryOptions({
  queryKey: listKey('storage-pool'),
  queryFn: async ({ signal }) => (await api.call('storage-pool.list', {}, signal)).items,
});
export const networkList = queryOptions({
  queryKey: listKey('network'),
  queryFn: async ({ signal }) => (await api.call('network.list', {}, signal)).items,
});
export const flavorList = queryOptions({
  queryKey: listKey('flavor'),
  queryFn: async ({ signal }) => (await api.call('flavor.list', {}, signal)).items,
});
export const operationList = queryOptions({
  queryKey: listKey('operation'),
  queryFn: async ({ signal }) => (await api.call('operation.list', { query: { limit: 200 } }, signal)).items,
});
export const operationOne = (id: string) =>
  queryOptions({
    queryKey: oneKey('operation', id),
    queryFn: ({ signal }) => api.call('operation.show', { params: { id } }, signal),
  });
/** The operations on one resource, newest first. */
export const operationsOf = (resourceId: string) =>
  queryOptions({
    queryKey: ['operation', 'of', resourceId],
    queryFn: async ({ signal }) => (await api.call('operation.list', { query: { resourceId } }, signal)).items,
  });
export const userList = queryOptions({
  queryKey: listKey('user'),
  queryFn: async ({ signal }) => (await api.call('user.list', {}, signal)).items,
});
export const projectList = queryOptions({
  queryKey: listKey('project'),
  queryFn: async ({ signal }) => (await api.call('project.list', {}, signal)).items,
});
/** Not a resource that changes: what this engine can build or download. */
export const catalogue = queryOptions({
  queryKey: ['catalogue'],
  queryFn: async ({ signal }) => (await api.call('catalogue.list', {}, signal)).items,
});
export const tokenList = queryOptions({
  queryKey: ['token'],
  queryFn: async ({ signal }) => (await api.call('token.list', {}, signal)).items,
});
export const system = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => api.call('system.show', {}, signal),
});

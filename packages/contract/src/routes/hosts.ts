import { z } from 'zod';
import { ByIdOrName, IdOrName } from '../primitives.ts';
import { Host } from '../resources/host.ts';
import { Network, NetworkCreate } from '../resources/network.ts';
import { StoragePool, Volume, VolumeCreate } from '../resources/storage.ts';
import type { Route } from '../route.ts';
import { list, started } from './parts.ts';

/** Hosts, their storage and their networks. */
export const hostsRoutes = {
  'host.list': {
    method: 'GET',
    path: '/hosts',
    summary: 'Hosts',
    permission: 'host:read',
    status: 200,
    reply: list(Host),
  },
  'host.show': {
    method: 'GET',
    path: '/hosts/:id',
    summary: 'A host',
    permission: 'host:read',
    status: 200,
    params: ByIdOrName,
    reply: Host,
  },
  'storage-pool.list': {
    method: 'GET',
    path: '/storage-pools',
    summary: 'Storage pools',
    permission: 'storage:read',
    status: 200,
    reply: list(StoragePool),
  },
  'storage-pool.show': {
    method: 'GET',
    path: '/storage-pools/:id',
    summary: 'A storage pool',
    permission: 'storage:read',
    status: 200,
    params: ByIdOrName,
    reply: StoragePool,
  },
  'volume.list': {
    method: 'GET',
    path: '/volumes',
    summary: 'Volumes',
    permission: 'volume:read',
    status: 200,
    query: z.object({ project: IdOrName.optional(), vm: IdOrName.optional() }),
    reply: list(Volume),
  },
  'volume.show': {
    method: 'GET',
    path: '/volumes/:id',
    summary: 'A volume',
    permission: 'volume:read',
    status: 200,
    params: ByIdOrName,
    reply: Volume,
  },
  'volume.create': {
    method: 'POST',
    path: '/volumes',
    summary: 'Make an empty volume',
    permission: 'volume:write',
    body: VolumeCreate,
    ...started,
  },
  'volume.delete': {
    method: 'DELETE',
    path: '/volumes/:id',
    summary: 'Delete a volume that no VM uses',
    permission: 'volume:write',
    params: ByIdOrName,
    ...started,
  },
  'volume.attach': {
    method: 'POST',
    path: '/volumes/:id/attach',
    summary: 'Attach a volume to a VM, running or not',
    permission: 'volume:write',
    params: ByIdOrName,
    body: z.strictObject({ vm: IdOrName }),
    ...started,
  },
  'volume.detach': {
    method: 'POST',
    path: '/volumes/:id/detach',
    summary: 'Detach a volume from its VM',
    permission: 'volume:write',
    params: ByIdOrName,
    ...started,
  },
  'network.list': {
    method: 'GET',
    path: '/networks',
    summary: 'Networks',
    permission: 'network:read',
    status: 200,
    reply: list(Network),
  },
  'network.show': {
    method: 'GET',
    path: '/networks/:id',
    summary: 'A network',
    permission: 'network:read',
    status: 200,
    params: ByIdOrName,
    reply: Network,
  },
  'network.create': {
    method: 'POST',
    path: '/networks',
    summary: 'Make a NAT or isolated network',
    permission: 'network:write',
    body: NetworkCreate,
    ...started,
  },
  'network.delete': {
    method: 'DELETE',
    path: '/networks/:id',
    summary: 'Delete a network that no VM uses',
    permission: 'network:write',
    params: ByIdOrName,
    ...started,
  },
} as const satisfies Record<string, Route>;

import type { ResourceKind } from '@domus/contract';
import type { QueryClient } from '@tanstack/react-query';
import type { Resource } from './read-resource.ts';
import { listKey } from './resources.ts';

const isResource = (data: unknown): data is Resource => typeof data === 'object' && data !== null && 'id' in data;

/** Kinds whose list shows the newest first; in the others a new resource comes last, and tables sort themselves. */
const newestFirst: ReadonlySet<ResourceKind> = new Set<ResourceKind>(['operation']);

/** Puts how a resource is now wherever the cache holds it. */
export function putResource(client: QueryClient, kind: ResourceKind, resource: Resource): void {
  client.setQueriesData<Resource>(
    { queryKey: [kind, 'one'], predicate: ({ state }) => isResource(state.data) && state.data.id === resource.id },
    resource,
  );
  client.setQueryData<readonly Resource[]>(listKey(kind), (list) => {
    if (list === undefined) return undefined;
    if (list.some(({ id }) => id === resource.id))
      return list.map((each) => (each.id === resource.id ? resource : each));
    return newestFirst.has(kind) ? [resource, ...list] : [...list, resource];
  });
}

/** Takes a deleted resource out of its list; its own page is asked again and says that it is gone. */
export function dropResource(client: QueryClient, kind: ResourceKind, id: string): void {
  client.setQueryData<readonly Resource[]>(listKey(kind), (list) => list?.filter((each) => each.id !== id));
  void client.invalidateQueries({
    queryKey: [kind, 'one'],
    predicate: ({ state }) => isResource(state.data) && state.data.id === id,
  });
}

/** Whether any page has read this kind; what nobody looks at need not be fetched. */
export const holdsKind = (client: QueryClient, kind: ResourceKind): boolean =>
  client.getQueryCache().findAll({ queryKey: [kind] }).length > 0;

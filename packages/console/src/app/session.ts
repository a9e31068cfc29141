import type { Permission, Session } from '@domus/contract';
import { ApiError } from '@domus/contract/client';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api } from './api.ts';
import { sessionKey } from './query-client.ts';

/** Who is signed in; null: nobody. */
export const sessionQuery = queryOptions<Session | null>({
  queryKey: sessionKey,
  queryFn: async ({ signal }) => {
    try {
      return await api.call('session.show', {}, signal);
    } catch (error) {
      if (error instanceof ApiError && error.problem.status === 401) return null;
      throw error;
    }
  },
});

export const useSession = (): Session | null => useQuery(sessionQuery).data ?? null;

/** Whether a session holds a permission: everywhere, or in the project named, or (with none named) in any. */
export function may(session: Session | null, permission: Permission, projectId?: string): boolean {
  if (session === null) return false;
  if (session.permissions.includes(permission)) return true;
  return session.projects.some(
    (project) => (projectId === undefined || project.id === projectId) && project.permissions.includes(permission),
  );
}

export type May = (permission: Permission, projectId?: string) => boolean;
export function useMay(): May {
  const session = useSession();
  return (permission, projectId) => may(session, permission, projectId);
}

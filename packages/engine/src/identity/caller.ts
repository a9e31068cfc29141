import { DomusError, type Permission, permissions, type Role, roles, type Session, siteWide } from '@domus/contract';

/** Who asks. `local` came over the Unix socket in the data folder, which only its owner can open. */
export interface Caller {
  readonly userId: string | null;
  readonly name: string;
  readonly displayName: string;
  readonly via: Session['via'];
  readonly grants: readonly Grant[];
}
/** A role in one project, or everywhere where `projectId` is null. */
export interface Grant {
  readonly role: Role;
  readonly projectId: string | null;
}

export const localCaller = (name: string): Caller => ({
  userId: null,
  name,
  displayName: name,
  via: 'local',
  grants: [{ role: 'administrator', projectId: null }],
});

const gives = (grant: Grant, permission: Permission): boolean =>
  roles[grant.role].includes(permission) && (grant.projectId === null || !siteWide.has(permission));

/** What the caller may do in a project, or in the site where `projectId` is null. The one place that decides. */
export function may(caller: Caller, permission: Permission, projectId: string | null): boolean {
  return caller.grants.some(
    (grant) => gives(grant, permission) && (grant.projectId === null || grant.projectId === projectId),
  );
}

/** What the caller may do somewhere: enough to ask for a list, which then holds only what they may see. */
export const mayAnywhere = (caller: Caller, permission: Permission): boolean =>
  caller.grants.some((grant) => gives(grant, permission));

/** Throws FORBIDDEN unless the caller may. */
export function authorise(caller: Caller, permission: Permission, projectId: string | null): void {
  if (!may(caller, permission, projectId)) throw new DomusError('FORBIDDEN', { permission });
}

/** The projects in which the caller may; null means all of them. */
export function projectsWhere(caller: Caller, permission: Permission): readonly string[] | null {
  if (caller.grants.some((grant) => grant.projectId === null && gives(grant, permission))) return null;
  return caller.grants.filter((grant) => gives(grant, permission)).map((grant) => grant.projectId as string);
}

/** A thing of a project is looked at only by those who may; to others it is not there, so that ids tell nothing. */
export function requireSeen(
  caller: Caller,
  permission: Permission,
  thing: { projectId: string; kind: string; asked: string },
): void {
  if (!may(caller, permission, thing.projectId))
    throw new DomusError('NOT_FOUND', { kind: thing.kind, id: thing.asked });
}

export function describeSession(caller: Caller, projects: readonly { id: string; name: string }[]): Session {
  const all = projectsWhere(caller, 'project:read');
  const visible = projects.filter(({ id }) => all === null || all.includes(id));
  return {
    user: { id: caller.userId, name: caller.name, displayName: caller.displayName },
    via: caller.via,
    permissions: permissions.filter((permission) => mayAnywhere(caller, permission)),
    projects: visible.map(({ id, name }) => ({
      id,
      name,
      permissions: permissions.filter((permission) => may(caller, permission, id)),
    })),
  };
}

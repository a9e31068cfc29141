/** What can be permitted. `x:read` is looking, `x:write` making and changing, the rest is named after its act. */
export const permissions = [
  'host:read',
  'host:write',
  'vm:read',
  'vm:write',
  'vm:power',
  'vm:console',
  'vm:exec',
  'image:read',
  'image:write',
  'volume:read',
  'volume:write',
  'storage:read',
  'network:read',
  'network:write',
  'flavor:read',
  'flavor:write',
  'operation:read',
  'event:read',
  'user:read',
  'user:write',
  'project:read',
  'project:write',
  'audit:read',
] as const;
export type Permission = (typeof permissions)[number];

const viewer = [
  'host:read',
  'vm:read',
  'image:read',
  'volume:read',
  'storage:read',
  'network:read',
  'flavor:read',
  'operation:read',
  'event:read',
  'project:read',
] as const;
const user = [...viewer, 'vm:write', 'vm:power', 'vm:console', 'vm:exec', 'volume:write'] as const;
const operator = [
  ...user,
  'host:write',
  'image:write',
  'network:write',
  'flavor:write',
  'user:read',
  'audit:read',
] as const;

/** Roles from least to most; a role is held in one project or, with no project, everywhere. */
export const roles: Readonly<Record<Role, readonly Permission[]>> = {
  viewer,
  user,
  operator,
  administrator: permissions,
};
export const roleNames = ['viewer', 'user', 'operator', 'administrator'] as const;
export type Role = (typeof roleNames)[number];

/** Permissions on things that belong to the site and not to a project: a role in one project gives only their reading. */
export const siteWide: ReadonlySet<Permission> = new Set<Permission>([
  'host:write',
  'image:write',
  'network:write',
  'flavor:write',
  'user:read',
  'user:write',
  'project:write',
  'audit:read',
]);

import { z } from 'zod';
import { permissions, roleNames } from '../permissions.ts';
import { Description, Id, IdOrName, Instant, Name, PlainText } from '../primitives.ts';

export const RoleName = z.enum(roleNames);
export const Password = z.string().min(10).max(256).meta({ description: '10-256 characters; length beats symbols' });
export const UserName = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{1,31}$/, { error: 'expected 2-32 small letters, digits, ".", "-" or "_", first a letter' });

/** A role in one project, or everywhere where `project` is null. */
export const RoleAssignment = z.object({ role: RoleName, project: z.object({ id: Id, name: z.string() }).nullable() });
export const RoleAssignmentInput = z.strictObject({ role: RoleName, project: IdOrName.nullable() });

export const User = z.object({
  id: Id,
  name: z.string(),
  displayName: z.string(),
  enabled: z.boolean(),
  roles: z.array(RoleAssignment),
  createdAt: Instant,
});
export type User = z.infer<typeof User>;
export const UserCreate = z.strictObject({
  name: UserName,
  displayName: PlainText.max(100).default(''),
  password: Password,
  roles: z.array(RoleAssignmentInput).max(100).default([]),
});
export const UserUpdate = z.strictObject({
  displayName: PlainText.max(100).optional(),
  enabled: z.boolean().optional(),
  password: Password.optional(),
  roles: z.array(RoleAssignmentInput).max(100).optional(),
});

export const Project = z.object({ id: Id, name: z.string(), description: z.string(), createdAt: Instant });
export type Project = z.infer<typeof Project>;
export const ProjectCreate = z.strictObject({ name: Name, description: Description.default('') });

export const SignIn = z.strictObject({ name: PlainText.min(1).max(100), password: z.string().min(1).max(256) });
export const SetUp = z.strictObject({
  token: z.string().min(1).max(200),
  name: UserName.default('admin'),
  password: Password,
});
/** Who asks, and what they may do: site-wide and per project. */
export const Session = z.object({
  user: z.object({ id: Id.nullable(), name: z.string(), displayName: z.string() }),
  via: z.enum(['session', 'token', 'local']),
  permissions: z.array(z.enum(permissions)),
  projects: z.array(z.object({ id: Id, name: z.string(), permissions: z.array(z.enum(permissions)) })),
});
export type Session = z.infer<typeof Session>;
export const PasswordChange = z.strictObject({ current: z.string().min(1).max(256), password: Password });

export const ApiToken = z.object({
  id: Id,
  name: z.string(),
  createdAt: Instant,
  expiresAt: Instant.nullable(),
  lastUsedAt: Instant.nullable(),
});
export type ApiToken = z.infer<typeof ApiToken>;
export const ApiTokenCreate = z.strictObject({ name: Name, expiresAt: Instant.optional() });
export const ApiTokenCreated = ApiToken.extend({
  token: z.string().meta({ description: 'shown once; send as "Authorization: Bearer …"' }),
});

export const AuditEntry = z.object({
  id: z.int(),
  at: Instant,
  actor: z.string(),
  via: z.string(),
  action: z.string(),
  resourceKind: z.string().nullable(),
  resourceId: z.string().nullable(),
  resourceName: z.string().nullable(),
  outcome: z.enum(['accepted', 'refused']),
  code: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
export const AuditQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  before: z.coerce.number().int().optional(),
});

import {
  DomusError,
  type Project,
  type RoleAssignmentInput,
  text,
  type User,
  type UserCreate,
  type UserUpdate,
} from '@domus/contract';
import type { z } from 'zod';
import { byIdOrName, type Database, isUniqueViolation, type Queries, sqlState, theOne } from '../database/index.ts';
import { record } from '../events/index.ts';
import { type Caller, may } from './caller.ts';
import { hashPassword } from './secrets.ts';
import { administratorExists } from './sign-in.ts';
import { DEFAULT_PROJECT } from './tables.ts';

const FOREIGN_KEY_VIOLATION = '23503';

type Roles = z.output<typeof RoleAssignmentInput>[];

async function withRoles(
  db: Queries,
  users: readonly { id: string; name: string; display_name: string; enabled: boolean; created_at: Date }[],
): Promise<User[]> {
  const assignments = await db
    .selectFrom('role_assignments')
    .leftJoin('projects', 'projects.id', 'role_assignments.project_id')
    .select(['user_id', 'role', 'projects.id as projectId', 'projects.name as projectName'])
    .orderBy('projects.name')
    .execute();
  return users.map((user) => ({
    id: user.id,
    name: user.name,
    displayName: user.display_name,
    enabled: user.enabled,
    createdAt: user.created_at.toISOString(),
    roles: assignments
      .filter((each) => each.user_id === user.id)
      .map(({ role, projectId, projectName }) => ({
        role,
        project: projectId === null ? null : { id: projectId, name: projectName ?? '' },
      })),
  }));
}

export async function listUsers(db: Queries): Promise<User[]> {
  return withRoles(db, await db.selectFrom('users').selectAll().orderBy('name').execute());
}

export async function showUser(db: Queries, asked: string): Promise<User> {
  const row = theOne(
    await db.selectFrom('users').selectAll().where(byIdOrName('users', asked)).execute(),
    'user',
    asked,
  );
  return (await withRoles(db, [row]))[0]!;
}

async function setRoles(tx: Queries, userId: string, roles: Roles): Promise<void> {
  await tx.deleteFrom('role_assignments').where('user_id', '=', userId).execute();
  for (const [index, { role, project }] of roles.entries()) {
    const projectId = project === null ? null : (await findProject(tx, project, `roles.${index}.project`)).id;
    try {
      await tx.insertInto('role_assignments').values({ user_id: userId, project_id: projectId, role }).execute();
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new DomusError('INVALID_INPUT', {
        field: `roles.${index}.project`,
        reason: text('one role per project', '每个项目只能有一个角色'),
      });
    }
  }
}

export async function createUser(db: Database, given: z.output<typeof UserCreate>): Promise<User> {
  const passwordHash = await hashPassword(given.password);
  return db.transaction().execute(async (tx) => {
    try {
      const { id } = await tx
        .insertInto('users')
        .values({ name: given.name, display_name: given.displayName, password_hash: passwordHash })
        .returning('id')
        .executeTakeFirstOrThrow();
      await setRoles(tx, id, given.roles);
      await record(tx, { type: 'created', kind: 'user', id, name: given.name });
      return await showUser(tx, id);
    } catch (error) {
      if (isUniqueViolation(error, 'users_name'))
        throw new DomusError('NAME_TAKEN', { kind: 'user', name: given.name }, { field: 'name' });
      throw error;
    }
  });
}

/** Changes what is given. A new password or a disabled account ends the user's sessions and tokens. */
export async function updateUser(db: Database, asked: string, given: z.output<typeof UserUpdate>): Promise<User> {
  const passwordHash = given.password === undefined ? undefined : await hashPassword(given.password);
  return db.transaction().execute(async (tx) => {
    const administered = await administratorExists(tx);
    const user = await showUser(tx, asked);
    const set = {
      ...(given.displayName === undefined ? {} : { display_name: given.displayName }),
      ...(given.enabled === undefined ? {} : { enabled: given.enabled }),
      ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
    };
    if (Object.keys(set).length > 0) await tx.updateTable('users').set(set).where('id', '=', user.id).execute();
    if (passwordHash !== undefined || given.enabled === false) {
      await tx.deleteFrom('sessions').where('user_id', '=', user.id).execute();
      await tx.deleteFrom('api_tokens').where('user_id', '=', user.id).execute();
    }
    if (given.roles !== undefined) await setRoles(tx, user.id, given.roles);
    if (administered) await stillAdministered(tx);
    await record(tx, { type: 'changed', kind: 'user', id: user.id, name: user.name });
    return showUser(tx, user.id);
  });
}

export async function deleteUser(db: Database, asked: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const administered = await administratorExists(tx);
    const user = await showUser(tx, asked);
    await tx.deleteFrom('users').where('id', '=', user.id).execute();
    if (administered) await stillAdministered(tx);
    await record(tx, { type: 'deleted', kind: 'user', id: user.id, name: user.name });
  });
}

async function stillAdministered(tx: Queries): Promise<void> {
  if (!(await administratorExists(tx))) throw new DomusError('LAST_ADMINISTRATOR');
}

const toProject = (row: { id: string; name: string; description: string; created_at: Date }): Project => ({
  id: row.id,
  name: row.name,
  description: row.description,
  createdAt: row.created_at.toISOString(),
});

async function findProject(db: Queries, asked: string, field?: string): Promise<Project> {
  return toProject(
    theOne(
      await db.selectFrom('projects').selectAll().where(byIdOrName('projects', asked)).execute(),
      'project',
      asked,
      field,
    ),
  );
}

/** The project that the caller names, if they may see it (else it is not there), or the default one. */
export async function projectOf(db: Queries, caller: Caller, asked: string | undefined): Promise<Project> {
  const project = await findProject(db, asked ?? DEFAULT_PROJECT, 'project');
  if (asked !== undefined && !may(caller, 'project:read', project.id))
    throw new DomusError('NOT_FOUND', { kind: 'project', id: asked }, { field: 'project' });
  return project;
}

export async function listProjects(db: Queries): Promise<Project[]> {
  return (await db.selectFrom('projects').selectAll().orderBy('name').execute()).map(toProject);
}

export async function createProject(db: Database, given: { name: string; description: string }): Promise<Project> {
  return db.transaction().execute(async (tx) => {
    try {
      const row = await tx.insertInto('projects').values(given).returningAll().executeTakeFirstOrThrow();
      await record(tx, { type: 'created', kind: 'project', id: row.id, name: row.name, projectId: row.id });
      return toProject(row);
    } catch (error) {
      if (isUniqueViolation(error, 'projects_name'))
        throw new DomusError('NAME_TAKEN', { kind: 'project', name: given.name }, { field: 'name' });
      throw error;
    }
  });
}

/** Errors: IN_USE (VMs or volumes belong to it). */
export async function deleteProject(db: Database, asked: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const project = await findProject(tx, asked);
    try {
      await tx.deleteFrom('projects').where('id', '=', project.id).execute();
    } catch (error) {
      if (sqlState(error) === FOREIGN_KEY_VIOLATION)
        throw new DomusError('IN_USE', { kind: 'project', name: project.name, users: 'VMs or volumes' });
      throw error;
    }
    await record(tx, { type: 'deleted', kind: 'project', id: project.id, name: project.name, projectId: project.id });
  });
}

import { DomusError } from '@domus/contract';
import { sql } from 'kysely';
import type { Database, Queries } from '../database/index.ts';
import type { Caller } from './caller.ts';
import { hashPassword, newToken, tokenHash, verifyNobody, verifyPassword } from './secrets.ts';
import { Throttle } from './throttle.ts';

export const SESSION_HOURS = 12;
const SETUP_HOURS = 24;
const throttle = new Throttle();

async function callerOf(db: Queries, userId: string, via: Caller['via']): Promise<Caller | null> {
  const user = await db
    .selectFrom('users')
    .select(['id', 'name', 'display_name', 'enabled'])
    .where('id', '=', userId)
    .executeTakeFirst();
  if (!user?.enabled) return null;
  const grants = await db
    .selectFrom('role_assignments')
    .select(['role', 'project_id as projectId'])
    .where('user_id', '=', userId)
    .execute();
  return { userId: user.id, name: user.name, displayName: user.display_name, via, grants };
}

async function openSession(db: Queries, userId: string): Promise<string> {
  const token = newToken('');
  await db
    .insertInto('sessions')
    .values({
      token_hash: tokenHash(token),
      user_id: userId,
      expires_at: sql`now() + make_interval(hours => ${SESSION_HOURS})` as never,
    })
    .execute();
  return token;
}

/** Checks a password and opens a session. Errors: WRONG_CREDENTIALS, TOO_MANY_REQUESTS. */
export async function signIn(
  db: Database,
  name: string,
  password: string,
  address: string,
): Promise<{ token: string; caller: Caller }> {
  const key = `${address} ${name}`;
  throttle.check(key);
  throttle.failed(key); // until the password is known to be right, so that guesses made all at once count, too
  const user = await db
    .selectFrom('users')
    .select(['id', 'password_hash', 'enabled'])
    .where('name', '=', name)
    .executeTakeFirst();
  const right = user?.enabled ? await verifyPassword(user.password_hash, password) : await verifyNobody(password);
  if (!right || user === undefined) throw new DomusError('WRONG_CREDENTIALS');
  throttle.succeeded(key);
  const caller = await callerOf(db, user.id, 'session');
  if (caller === null) throw new DomusError('WRONG_CREDENTIALS');
  return { token: await openSession(db, user.id), caller };
}

/** The caller behind a session cookie, whose end moves with its use; null where it is unknown or over. */
export async function callerOfSession(db: Database, token: string): Promise<Caller | null> {
  const hash = tokenHash(token);
  const session = await db
    .selectFrom('sessions')
    .select(['user_id', 'last_used_at'])
    .where('token_hash', '=', hash)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
  if (session === undefined) return null;
  if (Date.now() - session.last_used_at.getTime() > 60_000) {
    await db
      .updateTable('sessions')
      .set({ last_used_at: sql`now()`, expires_at: sql`now() + make_interval(hours => ${SESSION_HOURS})` })
      .where('token_hash', '=', hash)
      .execute();
  }
  return callerOf(db, session.user_id, 'session');
}

/** The caller behind an API token; null where it is unknown or over. */
export async function callerOfToken(db: Database, token: string): Promise<Caller | null> {
  const row = await db
    .updateTable('api_tokens')
    .set({ last_used_at: sql`now()` })
    .where('token_hash', '=', tokenHash(token))
    .where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', sql<Date>`now()`)]))
    .returning('user_id')
    .executeTakeFirst();
  return row === undefined ? null : callerOf(db, row.user_id, 'token');
}

export async function signOut(db: Database, token: string): Promise<void> {
  await db.deleteFrom('sessions').where('token_hash', '=', tokenHash(token)).execute();
}

/** Whether an enabled administrator exists who can sign in. */
export async function administratorExists(db: Queries): Promise<boolean> {
  const row = await db
    .selectFrom('role_assignments')
    .innerJoin('users', 'users.id', 'role_assignments.user_id')
    .select('users.id')
    .where('role', '=', 'administrator')
    .where('project_id', 'is', null)
    .where('enabled', '=', true)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** A new one-use token for the set-up page; earlier ones end. Only while there is no administrator. */
export async function makeSetupToken(db: Database): Promise<string | null> {
  if (await administratorExists(db)) return null;
  const token = newToken('');
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom('setup_links').execute();
    await tx
      .insertInto('setup_links')
      .values({
        token_hash: tokenHash(token),
        expires_at: sql`now() + make_interval(hours => ${SETUP_HOURS})` as never,
      })
      .execute();
  });
  return token;
}

/** Makes the first administrator. Errors: SETUP_LINK_INVALID; NAME_TAKEN, after which the link is still good. */
export async function completeSetup(
  db: Database,
  given: { token: string; name: string; password: string },
): Promise<{ token: string; caller: Caller }> {
  const passwordHash = await hashPassword(given.password);
  return db.transaction().execute(async (tx) => {
    const link = await tx
      .deleteFrom('setup_links')
      .where('token_hash', '=', tokenHash(given.token))
      .where('expires_at', '>', sql<Date>`now()`)
      .returning('expires_at')
      .executeTakeFirst();
    if (link === undefined || (await administratorExists(tx))) throw new DomusError('SETUP_LINK_INVALID');
    const user = await tx
      .insertInto('users')
      .values({ name: given.name, display_name: '', password_hash: passwordHash })
      .onConflict((conflict) => conflict.constraint('users_name').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (user === undefined) throw new DomusError('NAME_TAKEN', { kind: 'user', name: given.name }, { field: 'name' });
    await tx
      .insertInto('role_assignments')
      .values({ user_id: user.id, project_id: null, role: 'administrator' })
      .execute();
    const caller = await callerOf(tx, user.id, 'session');
    if (caller === null) throw new Error('the administrator just made is not there');
    return { token: await openSession(tx, user.id), caller };
  });
}

/** Changes one's own password and ends one's other sessions. Errors: WRONG_CREDENTIALS, TOO_MANY_REQUESTS. */
export async function changePassword(
  db: Database,
  caller: Caller,
  given: { current: string; password: string },
  keep: string | null,
): Promise<void> {
  if (caller.userId === null) throw new DomusError('FORBIDDEN', { permission: 'user:write' });
  const key = `password of ${caller.userId}`; // whoever found an open session must not guess either
  throttle.check(key);
  throttle.failed(key);
  const user = await db
    .selectFrom('users')
    .select('password_hash')
    .where('id', '=', caller.userId)
    .executeTakeFirstOrThrow();
  if (!(await verifyPassword(user.password_hash, given.current)))
    throw new DomusError('WRONG_CREDENTIALS', {}, { field: 'current' });
  throttle.succeeded(key);
  await db
    .updateTable('users')
    .set({ password_hash: await hashPassword(given.password) })
    .where('id', '=', caller.userId)
    .execute();
  let others = db.deleteFrom('sessions').where('user_id', '=', caller.userId);
  if (keep !== null) others = others.where('token_hash', '!=', tokenHash(keep));
  await others.execute();
}

export async function endExpired(db: Database): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<', sql<Date>`now()`).execute();
  await db.deleteFrom('setup_links').where('expires_at', '<', sql<Date>`now()`).execute();
}

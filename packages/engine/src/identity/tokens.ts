import { type ApiToken, DomusError, text } from '@domus/contract';
import { type Database, isUniqueViolation } from '../database/index.ts';
import type { Caller } from './caller.ts';
import { newToken, tokenHash } from './secrets.ts';

const ownerOf = (caller: Caller): string => {
  if (caller.userId === null) throw new DomusError('FORBIDDEN', { permission: 'a user account of one’s own' });
  return caller.userId;
};

const columns = ['id', 'name', 'created_at', 'expires_at', 'last_used_at'] as const;
const toToken = (row: {
  id: string;
  name: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
}): ApiToken => ({
  id: row.id,
  name: row.name,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at?.toISOString() ?? null,
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
});

export async function listTokens(db: Database, caller: Caller): Promise<ApiToken[]> {
  if (caller.userId === null) return [];
  const rows = await db
    .selectFrom('api_tokens')
    .select(columns)
    .where('user_id', '=', caller.userId)
    .orderBy('name')
    .execute();
  return rows.map(toToken);
}

/** Makes a token; its text is answered this once. It may do what its user may. Errors: NAME_TAKEN, INVALID_INPUT (expiresAt). */
export async function createToken(
  db: Database,
  caller: Caller,
  given: { name: string; expiresAt?: string | undefined },
): Promise<ApiToken & { token: string }> {
  if (given.expiresAt !== undefined && Date.parse(given.expiresAt) <= Date.now())
    throw new DomusError('INVALID_INPUT', {
      field: 'expiresAt',
      reason: text('expected a time to come', '应为将来的时间'),
    });
  const token = newToken('domus_');
  try {
    const row = await db
      .insertInto('api_tokens')
      .values({
        user_id: ownerOf(caller),
        name: given.name,
        token_hash: tokenHash(token),
        expires_at: given.expiresAt === undefined ? null : new Date(given.expiresAt),
      })
      .returning(columns)
      .executeTakeFirstOrThrow();
    return { ...toToken(row), token };
  } catch (error) {
    if (isUniqueViolation(error, 'api_tokens_name'))
      throw new DomusError('NAME_TAKEN', { kind: 'token', name: given.name }, { field: 'name' });
    throw error;
  }
}

export async function deleteToken(db: Database, caller: Caller, id: string): Promise<void> {
  const { numDeletedRows } = await db
    .deleteFrom('api_tokens')
    .where('id', '=', id)
    .where('user_id', '=', ownerOf(caller))
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw new DomusError('NOT_FOUND', { kind: 'token', id });
}

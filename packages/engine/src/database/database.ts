import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';

/**
 * Every table of the engine. A subject adds its own beside its rules:
 * `declare module '../database/index.ts' { interface Tables { vms: VmsTable } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the subjects
export interface Tables {}

export type Database = Kysely<Tables>;
export type Tx = Transaction<Tables>;
/** Whatever can run a query: the pool or a transaction. */
export type Queries = Database | Tx;

/** bigint columns are ids and byte counts below 2^53; they arrive as numbers. */
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the bigint ${text} from the database is beyond 2^53`);
  return value;
});

export interface OpenDatabase {
  db: Database;
  pool: pg.Pool;
  close(): Promise<void>;
}

/** Opens the pool; the first query connects. `url` is a PostgreSQL connection string (sockets as ?host=/folder). */
export function openDatabase(url: string, onError: (error: Error) => void): OpenDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 10_000,
    application_name: 'domus',
  });
  pool.on('error', onError);
  // a client that is in use tells its query, and also everybody: without a listener that would end the process
  pool.on('connect', (client) => client.on('error', onError));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { db, pool, close: () => db.destroy() };
}

/** PostgreSQL's SQLSTATE of an error, or null. */
export function sqlState(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}
/** The server is not there, is going or is coming: nothing is wrong with what was asked. SQLSTATE class 08 and 57P0x. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '' } = error as { code?: string };
  return /^(08...|57P0[123]|ECONNREFUSED|ECONNRESET|ENOENT)$/.test(code)
    ? 'severity' in error || 'syscall' in error
    : /^(Connection terminated|timeout exceeded when trying to connect)/.test(error.message);
}

export const isUniqueViolation = (error: unknown, constraint?: string): boolean =>
  error instanceof pg.DatabaseError &&
  error.code === '23505' &&
  (constraint === undefined || error.constraint === constraint);

/** Name, size and version of the server, for people. */
export async function describeServer(db: Database): Promise<string> {
  const { rows } = await sql<{ version: string }>`select current_setting('server_version') as version`.execute(db);
  return `PostgreSQL ${rows[0]?.version ?? '?'}`;
}

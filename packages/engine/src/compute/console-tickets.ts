import { type ConsoleKind, type ConsoleTicket, DomusError } from '@domus/contract';
import { sql } from 'kysely';
import type { Database, Migration } from '../database/index.ts';
import { authorise, type Caller, newToken, tokenHash } from '../identity/index.ts';
import { requireRunning } from './guest.ts';
import { findVm } from './queries.ts';

interface ConsoleTicketsTable {
  token_hash: Buffer;
  vm_id: string;
  kind: ConsoleKind;
  user_name: string;
  expires_at: Date;
}
declare module '../database/index.ts' {
  interface Tables {
    console_tickets: ConsoleTicketsTable;
  }
}

export const consoleMigrations: readonly Migration[] = [
  {
    name: 'console-tickets-1',
    sql: `
      create table console_tickets (
        token_hash bytea primary key,
        vm_id uuid not null references vms on delete cascade,
        kind text not null,
        user_name text not null,
        expires_at timestamptz not null
      );`,
  },
];

const SECONDS = 30;
export const TICKET_PROTOCOL = 'domus-ticket.';

/** A ticket for one WebSocket. Errors: NOT_FOUND, FORBIDDEN, WRONG_STATE, NO_DISPLAY. */
export async function issueConsoleTicket(
  db: Database,
  caller: Caller,
  asked: string,
  kind: ConsoleKind,
): Promise<ConsoleTicket> {
  const row = await findVm(db, caller, asked);
  authorise(caller, 'vm:console', row.project_id);
  requireRunning(row);
  if (!row.found?.displays.includes(kind)) throw new DomusError('NO_DISPLAY', { name: row.name, display: kind });
  const ticket = newToken('');
  const { expires_at } = await db
    .insertInto('console_tickets')
    .values({
      token_hash: tokenHash(ticket),
      vm_id: row.id,
      kind,
      user_name: caller.name,
      expires_at: sql`now() + make_interval(secs => ${SECONDS})` as never,
    })
    .returning('expires_at')
    .executeTakeFirstOrThrow();
  return {
    ticket,
    path: `/console/${kind}`,
    protocols: ['binary', `${TICKET_PROTOCOL}${ticket}`],
    expiresAt: expires_at.toISOString(),
  };
}

/** Uses a ticket up. Errors: TICKET_INVALID. */
export async function redeemConsoleTicket(
  db: Database,
  ticket: string,
  kind: ConsoleKind,
): Promise<{ vmId: string; hostId: string; user: string }> {
  const used = await db
    .deleteFrom('console_tickets')
    .where('token_hash', '=', tokenHash(ticket))
    .returning(['vm_id', 'kind', 'user_name', sql<boolean>`expires_at > now()`.as('fresh')])
    .executeTakeFirst();
  const vm = used && (await db.selectFrom('vms').select('host_id').where('id', '=', used.vm_id).executeTakeFirst());
  if (!used?.fresh || used.kind !== kind || !vm?.host_id) throw new DomusError('TICKET_INVALID');
  return { vmId: used.vm_id, hostId: vm.host_id, user: used.user_name };
}

export async function endTickets(db: Database): Promise<void> {
  await db.deleteFrom('console_tickets').where('expires_at', '<', sql<Date>`now()`).execute();
}

import { DomusError, type Host, text, type Virtualisation } from '@domus/contract';
import { sql } from 'kysely';
import { byIdOrName, type Database, theOne } from '../database/index.ts';
import { record } from '../events/index.ts';
import type { HostChange, HostFacts, HostLink } from '../hypervisor/port.ts';
import type { StoredFacts } from './table.ts';

export interface HostLog {
  info(fields: object, text: string): void;
  error(fields: object, text: string): void;
}
export type HostListener = (host: { id: string; name: string; link: HostLink }, change: HostChange) => void;

const FACTS_EVERY_MS = 30_000;

/** The hosts of this site and the live link to each. */
export class HostDirectory {
  readonly #db: Database;
  readonly #log: HostLog;
  readonly #judge: (facts: HostFacts) => Virtualisation;
  readonly #links = new Map<string, { name: string; link: HostLink; stop: () => void; timer: NodeJS.Timeout }>();
  readonly #listeners = new Set<HostListener>();

  constructor(db: Database, log: HostLog, judge: (facts: HostFacts) => Virtualisation) {
    this.#db = db;
    this.#log = log;
    this.#judge = judge;
  }

  /** Registers a host under a name, or finds it again, and takes charge of its link. Subscribe before. */
  async add(name: string, link: HostLink): Promise<string> {
    const { id } = await this.#db.transaction().execute(async (tx) => {
      const known = await tx.selectFrom('hosts').select('id').where('name', '=', name).executeTakeFirst();
      const row = await tx
        .insertInto('hosts')
        .values({ name, uri: link.uri, mode: link.mode, state: 'connecting' })
        .onConflict((conflict) =>
          conflict
            .constraint('hosts_name')
            .doUpdateSet({ uri: link.uri, mode: link.mode, state: 'connecting', state_reason: null }),
        )
        .returning('id')
        .executeTakeFirstOrThrow();
      await record(tx, { type: known ? 'changed' : 'created', kind: 'host', id: row.id, name });
      return row;
    });
    const stop = link.subscribe((change) => void this.#changed(id, name, link, change));
    const timer = setInterval(() => void this.#refresh(id, name, link), FACTS_EVERY_MS);
    this.#links.set(id, { name, link, stop, timer });
    const status = link.status();
    if (status.state === 'up') void this.#changed(id, name, link, { type: 'up' });
    return id;
  }

  subscribe(listener: HostListener): void {
    this.#listeners.add(listener);
  }

  async #changed(id: string, name: string, link: HostLink, change: HostChange): Promise<void> {
    try {
      if (change.type === 'down') await this.#store(id, name, 'down', change.reason, null);
      if (change.type === 'up') await this.#refresh(id, name, link);
    } catch (error) {
      this.#log.error({ host: name, error }, 'could not store the state of a host');
    }
    for (const listener of this.#listeners) listener({ id, name, link }, change);
  }

  async #refresh(id: string, name: string, link: HostLink): Promise<void> {
    if (link.status().state !== 'up') return;
    try {
      const facts = await link.facts();
      await this.#store(id, name, 'up', null, { ...facts, virtualisation: this.#judge(facts) });
    } catch (error) {
      this.#log.error({ host: name, error }, 'could not read the facts of a host');
    }
  }

  async #store(
    id: string,
    name: string,
    state: Host['state'],
    reason: string | null,
    facts: StoredFacts | null,
  ): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      const before = await tx
        .selectFrom('hosts')
        .select(['state', 'state_reason', 'facts'])
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst();
      await tx
        .updateTable('hosts')
        .set({
          state,
          state_reason: reason,
          ...(facts === null ? {} : { facts: JSON.stringify(facts) }),
          ...(state === 'up' ? { last_seen_at: sql`now()` } : {}),
        })
        .where('id', '=', id)
        .execute();
      const same =
        before?.state === state &&
        before.state_reason === reason &&
        (facts === null || JSON.stringify(withoutNoise(before.facts)) === JSON.stringify(withoutNoise(facts)));
      if (!same) await record(tx, { type: 'changed', kind: 'host', id, name });
    });
  }

  /** The link of a host that is up. Errors: HOST_DOWN. */
  link(id: string): HostLink {
    const entry = this.#links.get(id);
    const status = entry?.link.status() ?? { state: 'down', reason: null };
    if (entry === undefined || status.state !== 'up')
      throw new DomusError('HOST_DOWN', {
        name: entry?.name ?? id,
        reason:
          entry === undefined
            ? text('no engine is connected to it', '没有引擎连接到它')
            : ((status.state === 'up' ? null : status.reason) ?? text('connecting', '正在连接')),
      });
    return entry.link;
  }

  get ids(): readonly string[] {
    return [...this.#links.keys()];
  }

  async close(): Promise<void> {
    for (const { stop, timer, link } of this.#links.values()) {
      stop();
      clearInterval(timer);
      await link.close();
    }
    this.#links.clear();
  }
}

/** Free memory moves all the time; alone it is no news. jsonb orders keys its own way, so both sides are sorted. */
const withoutNoise = (facts: StoredFacts | null | undefined): unknown =>
  facts &&
  sorted({ ...facts, memory: { totalMiB: facts.memory.totalMiB, freeGiB: Math.round(facts.memory.freeMiB / 1024) } });

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

const hostQuery = (db: Database) =>
  db
    .selectFrom('hosts')
    .selectAll('hosts')
    .select((e) => [
      e
        .selectFrom('vms')
        .select((c) => c.fn.countAll<number>().as('n'))
        .whereRef('vms.host_id', '=', 'hosts.id')
        .as('vm_count'),
      e
        .selectFrom('vms')
        .select((c) => c.fn.countAll<number>().as('n'))
        .whereRef('vms.host_id', '=', 'hosts.id')
        .where('vms.state', 'in', ['running', 'paused'])
        .as('running_count'),
    ])
    .orderBy('hosts.name');

type HostRow = Awaited<ReturnType<ReturnType<typeof hostQuery>['execute']>>[number];

function toHost(row: HostRow): Host {
  const { facts } = row;
  const limitations: Host['limitations'] = [];
  if (row.mode === 'session') limitations.push('no-bridges');
  if (facts?.confinement.driver === 'none') limitations.push('no-confinement');
  if (facts?.virtualisation.accelerator === 'qemu') limitations.push('emulation');
  const { features: _, ...cpu } = facts?.cpu ?? { features: [] };
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    stateReason: row.state_reason,
    libvirtUri: row.uri,
    mode: row.mode,
    hypervisor: facts?.hypervisor ?? null,
    cpu: facts ? { ...(cpu as Omit<HostFacts['cpu'], 'features'>), virtualisation: facts.virtualisation } : null,
    memory: facts?.memory ?? null,
    confinement: facts?.confinement ?? null,
    limitations,
    vmCount: Number(row.vm_count ?? 0),
    runningVmCount: Number(row.running_count ?? 0),
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
  };
}

export async function listHosts(db: Database): Promise<Host[]> {
  return (await hostQuery(db).execute()).map(toHost);
}

export async function showHost(db: Database, asked: string, field?: string): Promise<Host> {
  return toHost(theOne(await hostQuery(db).where(byIdOrName('hosts', asked)).execute(), 'host', asked, field));
}

import { sql } from 'kysely';
import type { Database } from '../database/index.ts';
import { record } from '../events/index.ts';
import type { HostDirectory } from '../hosts/index.ts';
import type { FoundVm, HostLink } from '../hypervisor/port.ts';
import { DEFAULT_PROJECT } from '../identity/index.ts';
import { activeStates } from '../operations/index.ts';

export interface ObserverLog {
  error(fields: object, text: string): void;
}
interface Place {
  id: string;
  name: string;
  link: HostLink;
}

/**
 * Keeps the table of VMs in step with the hosts: whole after every (re)connection, one VM at a time on its events.
 * What others defined is adopted: shown, and never redefined.
 */
export class VmObserver {
  readonly #db: Database;
  readonly #hosts: HostDirectory;
  readonly #log: ObserverLog;
  /** One chain per host keeps its news in order. */
  readonly #chains = new Map<string, Promise<void>>();
  /** VMs whose refresh waits; news that comes meanwhile is in it already. */
  readonly #waiting = new Set<string>();

  constructor(db: Database, hosts: HostDirectory, log: ObserverLog) {
    this.#db = db;
    this.#hosts = hosts;
    this.#log = log;
    hosts.subscribe((host, change) => {
      if (change.type === 'up') this.#queue(host, () => this.#resynchronise(host));
      if (change.type === 'down') this.#queue(host, () => this.#lost(host));
      if (change.type === 'vm') this.refresh(host, change.id);
    });
  }

  refresh(host: Place, id: string): void {
    const key = `${host.id} ${id}`;
    if (this.#waiting.has(key)) return;
    this.#waiting.add(key);
    this.#queue(host, async () => {
      this.#waiting.delete(key);
      await this.#store(host, id, await host.link.vms.find(id));
    });
  }

  /** Reads a VM again and ends when that is in the table: what an operation did is seen before it says so. */
  async observe(hostId: string, id: string): Promise<void> {
    this.refresh({ id: hostId, name: hostId, link: this.#hosts.link(hostId) }, id);
    await this.#chains.get(hostId);
  }

  #queue(host: Place, work: () => Promise<void>): void {
    const before = this.#chains.get(host.id) ?? Promise.resolve();
    const after = before.then(work).catch((error: unknown) => {
      if (host.link.status().state === 'up')
        this.#log.error({ host: host.name, error }, 'could not store news of a host; it is read again');
      if (host.link.status().state === 'up')
        setTimeout(() => this.#queue(host, () => this.#resynchronise(host)), 2000).unref();
    });
    this.#chains.set(host.id, after);
  }

  /** Ends when everything that was told so far is in the table. */
  async settled(): Promise<void> {
    await Promise.all(this.#chains.values());
  }

  async #resynchronise(host: Place): Promise<void> {
    const found = await host.link.vms.list();
    for (const vm of found) await this.#store(host, vm.id, vm);
    const rows = await this.#db.selectFrom('vms').select('id').where('host_id', '=', host.id).execute();
    for (const { id } of rows) {
      if (!found.some((vm) => vm.id === id)) await this.#store(host, id, await host.link.vms.find(id));
    }
  }

  async #lost(host: Place): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      const rows = await tx
        .updateTable('vms')
        .set({ state: 'unknown', state_reason: 'host-down' })
        .where('host_id', '=', host.id)
        .where('state', 'not in', ['unknown', 'absent'])
        .returning(['id', 'name', 'project_id'])
        .execute();
      await record(
        tx,
        ...rows.map(({ id, name, project_id }) => ({
          type: 'changed' as const,
          kind: 'vm' as const,
          id,
          name,
          projectId: project_id,
        })),
      );
    });
  }

  async #store(host: Place, id: string, found: FoundVm | null): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('vms')
        .select(['name', 'project_id', 'managed', 'state', 'state_reason', 'found', 'host_id'])
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst();
      if (row === undefined) {
        if (found === null) return;
        await tx
          .insertInto('vms')
          .values({
            ...columnsOf(found),
            id,
            project_id: DEFAULT_PROJECT,
            host_id: host.id,
            name: found.name,
            managed: false,
            libvirt_name: found.name,
            ...empty,
            started_at: null,
          })
          .execute();
        return record(tx, { type: 'created', kind: 'vm', id, name: found.name, projectId: DEFAULT_PROJECT });
      }
      const news = { kind: 'vm' as const, id, name: row.name, projectId: row.project_id };
      if (found === null) {
        if (!row.managed) {
          const busy = await tx
            .selectFrom('operations')
            .select('id')
            .where('resource_id', '=', id)
            .where('state', 'in', activeStates)
            .executeTakeFirst();
          if (busy) return;
          await tx.deleteFrom('vms').where('id', '=', id).execute();
          return record(tx, { ...news, type: 'deleted' });
        }
        if (row.state === 'absent') return;
        await tx
          .updateTable('vms')
          .set({ state: 'absent', state_reason: 'gone-from-host', found: null, addresses: '[]' })
          .where('id', '=', id)
          .execute();
        return record(tx, { ...news, type: 'changed' });
      }
      if (
        row.state === found.state &&
        row.state_reason === found.reason &&
        row.host_id === host.id &&
        same(row.found, found)
      )
        return;
      const began = found.state === 'running' && !['running', 'paused', 'unknown'].includes(row.state);
      const ended = found.state === 'stopped' || found.state === 'crashed';
      const { vcpus, memory_mib, accelerator, ...rest } = columnsOf(found);
      await tx
        .updateTable('vms')
        .set({
          ...rest,
          ...(row.managed ? {} : { vcpus, memory_mib, accelerator, name: found.name }),
          host_id: host.id,
          ...(began ? { started_at: sql`now()` } : {}),
          ...(ended ? { started_at: null, addresses: '[]' } : {}),
        })
        .where('id', '=', id)
        .execute();
      return record(tx, { ...news, type: 'changed' });
    });
  }
}

const empty = {
  firmware: null,
  flavor_id: null,
  flavor_name: null,
  image_id: null,
  iso_id: null,
  network_id: null,
  mac: null,
  seed: null,
  guest_user: null,
} as const;
const columnsOf = (found: FoundVm) => ({
  state: found.state,
  state_reason: found.reason,
  vcpus: found.vcpus,
  memory_mib: found.memoryMiB,
  accelerator: found.accelerator,
  found: JSON.stringify(found),
});
/** jsonb orders keys its own way; field by field then. */
const same = (stored: FoundVm | null, found: FoundVm): boolean =>
  stored !== null &&
  (Object.keys(found) as (keyof FoundVm)[]).every((key) => canonical(stored[key]) === canonical(found[key]));
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  ) ?? 'undefined';

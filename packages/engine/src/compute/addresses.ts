import type { Vm } from '@domus/contract';
import type { Database } from '../database/index.ts';
import { record } from '../events/index.ts';
import type { HostDirectory } from '../hosts/index.ts';
import type { ObserverLog } from './observe.ts';

const LOOK_MS = 2000;
/** A VM that has its addresses is asked again only this often. */
const SETTLED_EVERY = 10;

/**
 * Finds the addresses of running VMs. libvirt has no event for a lease, so the network's DHCP server is asked, and the
 * guest itself where its agent answers; often while a VM has none yet, seldom afterwards.
 */
export class AddressWatcher {
  readonly #db: Database;
  readonly #hosts: HostDirectory;
  readonly #log: ObserverLog;
  #timer: NodeJS.Timeout | null = null;
  #round = 0;

  constructor(db: Database, hosts: HostDirectory, log: ObserverLog) {
    this.#db = db;
    this.#hosts = hosts;
    this.#log = log;
  }

  start(): void {
    const again = () => {
      this.#look()
        .catch((error: unknown) => this.#log.error({ error }, 'could not look for addresses'))
        .finally(() => {
          if (this.#timer !== null) this.#timer = setTimeout(again, LOOK_MS);
        });
    };
    this.#timer = setTimeout(again, LOOK_MS);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #look(): Promise<void> {
    const all = this.#round++ % SETTLED_EVERY === 0;
    const rows = await this.#db
      .selectFrom('vms')
      .select(['id', 'name', 'project_id', 'host_id', 'found', 'addresses'])
      .where('state', '=', 'running')
      .where('host_id', 'in', [...this.#hosts.ids, '00000000-0000-0000-0000-000000000000'])
      .execute();
    for (const row of rows) {
      const settled =
        row.addresses.length > 0 &&
        (!row.found?.agentConnected || row.addresses.some(({ source }) => source === 'agent'));
      if ((settled && !all) || row.host_id === null || this.#timer === null) continue;
      const addresses = await this.#ask(row.host_id, row.id, row.found?.agentConnected ?? false);
      if (addresses === null || JSON.stringify(sortedByIp(addresses)) === JSON.stringify(sortedByIp(row.addresses)))
        continue;
      await this.#db.transaction().execute(async (tx) => {
        await tx
          .updateTable('vms')
          .set({ addresses: JSON.stringify(sortedByIp(addresses)) })
          .where('id', '=', row.id)
          .where('state', '=', 'running')
          .execute();
        await record(tx, { type: 'changed', kind: 'vm', id: row.id, name: row.name, projectId: row.project_id });
      });
    }
  }

  /** Null where the host does not answer: what was known stays. The agent knows more than the lease, and wins. */
  async #ask(hostId: string, id: string, agent: boolean): Promise<Vm['addresses'] | null> {
    try {
      const { vms } = this.#hosts.link(hostId);
      const leases = (await vms.addresses(id, 'lease')).map((each) => ({ ...each, source: 'lease' as const }));
      const told = agent
        ? (await vms.addresses(id, 'agent')).map((each) => ({ ...each, source: 'agent' as const }))
        : [];
      return [...told, ...leases.filter(({ ip }) => !told.some((each) => each.ip === ip))];
    } catch (error) {
      this.#log.error({ vm: id, error }, 'could not ask for the addresses of a VM');
      return null;
    }
  }
}

const sortedByIp = (addresses: Vm['addresses']): Vm['addresses'] =>
  addresses
    .map(({ ip, mac, source }) => ({ ip, mac, source }))
    .sort((a, b) => Number(a.ip.includes(':')) - Number(b.ip.includes(':')) || (a.ip < b.ip ? -1 : 1));

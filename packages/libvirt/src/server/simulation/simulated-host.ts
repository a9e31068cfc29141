import { EventRegistry, type HostEvent } from '../event-registry.ts';
import { Faults } from '../faults.ts';
import type { Client } from '../handlers.ts';
import type { HostIdentity } from './baseline.ts';
import { Domains, type HostContext } from './domains.ts';
import { Networks } from './networks.ts';
import { Secrets } from './secrets.ts';
import { StoragePools } from './storage-pools.ts';

/** One simulated hypervisor. Its parts are made when they are first asked for. */
export class SimulatedHost implements HostContext {
  /** Number, name and what it began with. */
  readonly identity: HostIdentity;
  /** Its clock: ms since 1970. */
  readonly nowMs: () => number;
  /** What shall go wrong on this host. */
  readonly faults = new Faults();
  readonly #clients = new Map<Client<SimulatedHost>, EventRegistry>();
  #domains: Domains | undefined;
  #networks: Networks | undefined;
  #storagePools: StoragePools | undefined;
  #secrets: Secrets | undefined;

  constructor(identity: HostIdentity, nowMs: () => number) {
    this.identity = identity;
    this.nowMs = nowMs;
  }

  /** Its guests. */
  get domains(): Domains {
    this.#domains ??= new Domains(this);
    return this.#domains;
  }

  /** Its virtual networks. */
  get networks(): Networks {
    this.#networks ??= new Networks(this, this.domains);
    return this.#networks;
  }

  /** Its storage pools. */
  get storagePools(): StoragePools {
    this.#storagePools ??= new StoragePools(this);
    return this.#storagePools;
  }

  /** Its secrets. */
  get secrets(): Secrets {
    this.#secrets ??= new Secrets(this);
    return this.#secrets;
  }

  /** Connections that are open to it. */
  get clients(): Iterable<Client<SimulatedHost>> {
    return this.#clients.keys();
  }

  /** The events that a client of this host wants. */
  eventsOf(client: Client<SimulatedHost>): EventRegistry {
    const known = this.#clients.get(client);
    if (known) return known;
    const registry = new EventRegistry();
    this.#clients.set(client, registry);
    client.closed.addEventListener('abort', () => this.#clients.delete(client), { once: true });
    return registry;
  }

  /** Sends an event to all clients that registered for it. */
  emit(event: HostEvent): void {
    for (const [client, registry] of this.#clients) registry.deliver(event, client);
  }
}

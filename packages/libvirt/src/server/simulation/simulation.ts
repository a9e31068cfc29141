import { LibvirtError } from '../../errors.ts';
import type { Transport } from '../../transport/transport.ts';
import { ServerFailure } from '../failure.ts';
import type { Handlers } from '../handlers.ts';
import { type ListenAddress, Server, type ServerOptions } from '../server.ts';
import { domainDeviceHandlers } from './handlers/domain-device-handlers.ts';
import { domainGuestHandlers } from './handlers/domain-guest-handlers.ts';
import { domainHandlers } from './handlers/domain-handlers.ts';
import { domainTuningHandlers } from './handlers/domain-tuning-handlers.ts';
import { eventHandlers } from './handlers/event-handlers.ts';
import { hostHandlers } from './handlers/host-handlers.ts';
import { networkHandlers } from './handlers/network-handlers.ts';
import { absentHandlers, nodeDeviceHandlers, secretHandlers } from './handlers/other-handlers.ts';
import { poolHandlers, volumeHandlers } from './handlers/storage-handlers.ts';
import { SimulatedHost } from './simulated-host.ts';

/** How many hosts, and of which kind. */
export interface SimulationOptions {
  /** How many hosts; they are called `host-0`, `host-1`, … Default 1, at most 65,536. */
  readonly hosts?: number | undefined;
  /** Guests that each has from the beginning: of ten eight run, one is paused, one is shut off. Default 10. */
  readonly domainsPerHost?: number | undefined;
  /** Types of domains that it takes; its own guests are of the first. Default `test` alone. */
  readonly domainTypes?: readonly string[] | undefined;
  /** The hosts' clock, in ms since 1970. Default: the machine's. */
  readonly nowMs?: (() => number) | undefined;
  /** Calls of one client at a time. Default 5, as libvirtd's. */
  readonly maxClientRequests?: number | undefined;
  /**
   * Pings to clients that know keepalive; false: none. Default after 5 s of silence, dropped after 5 without answer.
   */
  readonly keepalive?: ServerOptions<SimulatedHost>['keepalive'];
  /** Connections that were ended for what a client sent, and bugs. Default: standard error. */
  readonly log?: ((line: string) => void) | undefined;
}

const handlers: Handlers<SimulatedHost> = {
  ...hostHandlers,
  ...domainHandlers,
  ...domainDeviceHandlers,
  ...domainTuningHandlers,
  ...domainGuestHandlers,
  ...networkHandlers,
  ...poolHandlers,
  ...volumeHandlers,
  ...nodeDeviceHandlers,
  ...secretHandlers,
  ...absentHandlers,
  ...eventHandlers,
};

const MAX_HOSTS = 65_536;

/**
 * Many simulated hypervisors in one process. On a common socket the path of the URI chooses the host
 * (`test+unix:///host-17?socket=…`); a host may have a socket of its own, too, where any URI means it. Only hosts that
 * somebody has connected to take memory, and of their guests only those that were changed.
 */
export class Simulation {
  readonly #options: SimulationOptions;
  readonly #hosts = new Map<number, SimulatedHost>();
  readonly #servers: Server<SimulatedHost>[] = [];
  readonly #common: Server<SimulatedHost>;
  readonly #bornMs: number;
  /** How many hosts there are. */
  readonly hostCount: number;

  constructor(options: SimulationOptions = {}) {
    this.#options = options;
    this.hostCount = options.hosts ?? 1;
    if (!Number.isInteger(this.hostCount) || this.hostCount < 1 || this.hostCount > MAX_HOSTS) {
      const message = `${this.hostCount} hosts cannot be simulated, from 1 to ${MAX_HOSTS} can`;
      throw new LibvirtError({ code: 'VALUE_OUT_OF_RANGE', message });
    }
    this.#bornMs = this.#nowMs();
    this.#common = this.#serve((name) => this.hostAt(name));
  }

  /** The way to all hosts inside of this process. */
  get transport(): Transport {
    return this.#common.transport;
  }

  /** By number, from 0. */
  host(index: number): SimulatedHost {
    const known = this.#hosts.get(index);
    if (known) return known;
    if (!Number.isInteger(index) || index < 0 || index >= this.hostCount) {
      throw new ServerFailure(
        'NO_CONNECT',
        `there is no simulated host ${index}; there are ${this.hostCount}`,
        'REMOTE',
      );
    }
    const host = new SimulatedHost(
      {
        index,
        name: `host-${index}`,
        domainCount: this.#options.domainsPerHost ?? 10,
        domainTypes: this.#options.domainTypes ?? ['test'],
        bornMs: this.#bornMs,
      },
      () => this.#nowMs(),
    );
    this.#hosts.set(index, host);
    return host;
  }

  /** By the URI of CONNECT_OPEN: `test:///host-17`; a URI that names no host (`test:///default`, none at all) means the first. */
  hostAt(uri: string | null): SimulatedHost {
    const named = /^[^?#]*\/host-(\d+)(?:[?#]|$)/.exec(uri ?? '');
    if (named) return this.host(Number(named[1]));
    if (/\/host-[^/]*$/.test(uri ?? ''))
      throw new ServerFailure('NO_CONNECT', `no simulated host at '${uri}'`, 'REMOTE');
    return this.host(0);
  }

  /** All hosts at one address. */
  listen(address: ListenAddress): Promise<ListenAddress> {
    return this.#common.listen(address);
  }

  /** One host at an address of its own. */
  listenAs(host: SimulatedHost, address: ListenAddress): Promise<ListenAddress> {
    return this.#serve(() => host).listen(address);
  }

  /** Ends all connections and stops listening. */
  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close()));
  }

  /** `await using`: ends listening and all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #serve(find: (name: string | null) => SimulatedHost): Server<SimulatedHost> {
    const { maxClientRequests, keepalive, log } = this.#options;
    const server = new Server<SimulatedHost>({
      handlers,
      open: (name, _, client) => {
        const host = find(name);
        host.eventsOf(client);
        return host;
      },
      faultOf: (client, procedure) => (client.isOpen ? client.driver.faults.of(procedure) : undefined),
      maxClientRequests,
      keepalive,
      log,
    });
    this.#servers.push(server);
    return server;
  }

  #nowMs(): number {
    return (this.#options.nowMs ?? Date.now)();
  }
}

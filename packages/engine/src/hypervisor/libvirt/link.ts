import { DomusError, text as sentence } from '@domus/contract';
import {
  attribute,
  type Connection,
  child,
  children,
  integer,
  isLibvirtError,
  parseXml,
  ReconnectingConnection,
  type ReconnectingEvent,
  text,
  type Version,
} from '@domus/libvirt';
import type { HostChange, HostFacts, HostLink, LinkStatus } from '../port.ts';
import { translate } from './errors.ts';
import { LibvirtNetworks } from './networks.ts';
import { LibvirtStorage, type PoolFolder } from './storage.ts';
import { type Access, LibvirtVms } from './vms.ts';

export interface LinkOptions {
  name: string;
  uri: string;
  mode: 'system' | 'session';
  poolFolder: PoolFolder;
  outside: (path: string) => string;
}

const vmEvents = [
  'domain-lifecycle',
  'domain-reboot',
  'domain-agent-lifecycle',
  'domain-device-added',
  'domain-device-removed',
  'domain-balloon-change',
  'domain-metadata-change',
  'domain-io-error',
] as const;
const kinds = [...vmEvents, 'network-lifecycle', 'storage-pool-lifecycle', 'storage-pool-refresh'] as const;

/** A host reached through its libvirt daemon. */
export class LibvirtLink implements HostLink {
  readonly uri: string;
  readonly mode: 'system' | 'session';
  readonly vms: LibvirtVms;
  readonly storage: LibvirtStorage;
  readonly networks: LibvirtNetworks;
  readonly #name: string;
  readonly #abort = new AbortController();
  readonly #connection: ReconnectingConnection;
  readonly #listeners = new Set<(change: HostChange) => void>();
  #status: LinkStatus = { state: 'connecting', reason: null };
  #aside: { of: Connection; opened: Promise<Connection> } | null = null;
  #driver: 'apparmor' | 'selinux' | 'none' = 'none';

  constructor(options: LinkOptions) {
    this.#name = options.name;
    this.uri = options.uri;
    this.mode = options.mode;
    this.#connection = new ReconnectingConnection({
      uri: options.uri,
      kinds,
      signal: this.#abort.signal,
      minimumRetryMs: 100,
      maximumRetryMs: 5000,
    });
    const access: Access = {
      host: options.name,
      use: (work) => this.#use(work),
      useAside: (work) => this.#useAside(work),
      securityDriver: () => this.#driver,
      outside: options.outside,
    };
    this.vms = new LibvirtVms(access);
    this.storage = new LibvirtStorage(access, options.poolFolder);
    this.networks = new LibvirtNetworks(access);
    void this.#follow();
  }

  async #use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const { current } = this.#connection;
    if (current === undefined)
      throw new DomusError('HOST_DOWN', {
        name: this.#name,
        reason:
          this.#status.state === 'up'
            ? sentence('the connection just ended', '连接刚刚中断')
            : (this.#status.reason ?? sentence('connecting', '正在连接')),
      });
    try {
      return await work(current);
    } catch (error) {
      throw translate(error, this.#name);
    }
  }

  /** For calls that wait for a guest: a guest that hangs must not hold up the calls of the others. */
  async #useAside<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#use(async (main) => {
      if (this.#aside?.of !== main || !(await this.#aside.opened).isOpen)
        this.#aside = { of: main, opened: main.openSibling() };
      return work(await this.#aside.opened);
    });
  }

  async #follow(): Promise<void> {
    for await (const event of this.#connection) {
      const change = await this.#changeOf(event);
      if (change !== null) for (const listener of this.#listeners) listener(change);
    }
  }

  async #changeOf(event: ReconnectingEvent): Promise<HostChange | null> {
    switch (event.kind) {
      case 'up':
        this.#status = { state: 'up' };
        return null; // 'resynchronise' follows
      case 'resynchronise':
        this.#driver = await this.#securityDriver();
        return { type: 'up' };
      case 'down':
        this.#status = { state: 'down', reason: event.error.message };
        return { type: 'down', reason: event.error.message };
      case 'network-lifecycle':
        return { type: 'networks' };
      case 'storage-pool-lifecycle':
      case 'storage-pool-refresh':
        return { type: 'storage' };
      default:
        return 'domain' in event ? { type: 'vm', id: event.domain.uuid } : null;
    }
  }

  async #securityDriver(): Promise<'apparmor' | 'selinux' | 'none'> {
    try {
      return readDriver(await this.#use((connection) => connection.host.getCapabilities()));
    } catch (error) {
      if (error instanceof DomusError) return 'none'; // it went away again; the next 'up' asks anew
      throw error;
    }
  }

  status(): LinkStatus {
    return this.#status;
  }

  subscribe(listener: (change: HostChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  facts(): Promise<HostFacts> {
    return this.#use(async ({ host }) => {
      const [capabilities, hostname, type, version, libVersion, node, memory] = await Promise.all([
        host.getCapabilities(),
        host.getHostname(),
        host.getType(),
        host.getVersion(),
        host.getLibVersion(),
        host.getInfo(),
        memoryOf(host),
      ]);
      const root = parseXml(capabilities);
      const cpu = child(root, 'host', 'cpu');
      const architecture = text(cpu, 'arch') ?? 'unknown';
      const guest = children(root, 'guest').find((each) => attribute(child(each, 'arch'), 'name') === architecture);
      return {
        hostname,
        hypervisor: { type, version: versionText(version), libvirtVersion: versionText(libVersion) },
        cpu: {
          architecture,
          model: text(cpu, 'model') ?? node.model,
          vendor: text(cpu, 'vendor') ?? 'unknown',
          sockets: node.sockets * node.nodes,
          cores: node.cores,
          threads: node.threads,
          count: node.cpus,
          features: children(cpu, 'feature').map((feature) => attribute(feature, 'name') ?? ''),
        },
        memory,
        kvmOffered: children(child(guest, 'arch'), 'domain').some((domain) => attribute(domain, 'type') === 'kvm'),
        confinement: { driver: readDriver(capabilities), qemuUser: dacUser(capabilities) },
      };
    });
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await (await this.#aside?.opened.catch(() => null))?.close();
    await this.#connection.stopped;
  }
}

/** Free is what guests may take: caches and buffers give way. Some drivers (test, Xen) know the plain figures only. */
async function memoryOf(host: Connection['host']): Promise<HostFacts['memory']> {
  try {
    const kib = await host.getMemoryStats();
    const sum = (...names: string[]) => names.reduce((total, name) => total + (kib[name] ?? 0), 0);
    return { totalMiB: Math.round(sum('total') / 1024), freeMiB: Math.floor(sum('free', 'cached', 'buffers') / 1024) };
  } catch (error) {
    if (!isLibvirtError(error, 'NO_SUPPORT')) throw error;
    const [{ memoryKiB }, freeBytes] = await Promise.all([host.getInfo(), host.getFreeMemoryBytes()]);
    return { totalMiB: Math.round(memoryKiB / 1024), freeMiB: Math.floor(freeBytes / 1024 ** 2) };
  }
}
const versionText = ({ major, minor, release }: Version): string => `${major}.${minor}.${release}`;
const securityModels = (capabilities: string) => children(child(parseXml(capabilities), 'host'), 'secmodel');

function readDriver(capabilities: string): 'apparmor' | 'selinux' | 'none' {
  const models = securityModels(capabilities).map((model) => text(model, 'model'));
  return models.includes('apparmor') ? 'apparmor' : models.includes('selinux') ? 'selinux' : 'none';
}

/** The DAC driver's base label is `+uid:+gid`. */
function dacUser(capabilities: string): string | null {
  const dac = securityModels(capabilities).find((model) => text(model, 'model') === 'dac');
  const label = children(dac, 'baselabel')[0];
  const user = text(label)?.split(':')[0]?.replace('+', '');
  return user === undefined ? null : integer(user, 'baselabel') === 0 ? 'root' : user;
}

import { closeSync, openSync } from 'node:fs';
import { createConnection, type NetConnectOpts } from 'node:net';
import { basename, dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { DomusError } from '@domus/contract';
import { type Connection, type Domain, enums, formatXml, isLibvirtError } from '@domus/libvirt';
import type { DiskSpec, FoundVm, GuestExec, GuestExecResult, VmPort, VmSpec } from '../port.ts';
import { diskXml, domainXml } from './domain-xml.ts';
import { displayAddress, foundVm } from './found-vm.ts';
import { agentExec } from './guest-exec.ts';

export interface Access {
  readonly host: string;
  /** Runs work on the live connection; libvirt's errors become the port's. */
  use<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** The same on a connection of its own, for calls that wait for a guest. */
  useAside<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  securityDriver(): 'apparmor' | 'selinux' | 'none';
  /** A path as the daemon sees it → as this process sees it. */
  outside(path: string): string;
}

const { DomainModificationImpact: Impact } = enums;

export class LibvirtVms implements VmPort {
  readonly #access: Access;
  constructor(access: Access) {
    this.#access = access;
  }

  list(): Promise<FoundVm[]> {
    return this.#access.use(async (connection) => {
      const domains = await connection.domains.list();
      const found = await Promise.all(domains.map((domain) => this.#look(domain)));
      return found.filter((vm) => vm !== null);
    });
  }

  find(id: string): Promise<FoundVm | null> {
    return this.#access.use(async (connection) => {
      const domain = await connection.domains.find(id);
      return domain === undefined ? null : this.#look(domain);
    });
  }

  async #look(domain: Domain): Promise<FoundVm | null> {
    try {
      const [state, info, xml] = await Promise.all([domain.getState(), domain.getInfo(), domain.getXMLDesc()]);
      return foundVm({
        id: domain.uuid,
        name: domain.name,
        state,
        vcpus: info.vcpus,
        memoryMiB: Math.round(Number(info.maxMemoryKiB) / 1024),
        xml,
        driver: this.#access.securityDriver(),
      });
    } catch (error) {
      if (isLibvirtError(error, 'NO_DOMAIN')) return null; // it went while we looked
      throw error;
    }
  }

  #with<T>(id: string, work: (domain: Domain) => Promise<T>, use = this.#access.use): Promise<T> {
    return use(async (connection) => {
      const domain = await connection.domains.find(id);
      if (domain === undefined) throw new DomusError('NOT_FOUND', { kind: 'vm', id });
      return work(domain);
    });
  }

  define(spec: VmSpec): Promise<void> {
    return this.#access.use(async (connection) => {
      await connection.domains.defineXML(domainXml(spec), enums.DomainDefineFlags.VALIDATE);
    });
  }

  undefine(id: string): Promise<void> {
    const { MANAGED_SAVE, SNAPSHOTS_METADATA, CHECKPOINTS_METADATA, NVRAM } = enums.DomainUndefineFlags;
    return this.#access.use(async (connection) => {
      const domain = await connection.domains.find(id);
      await domain?.undefine(MANAGED_SAVE | SNAPSHOTS_METADATA | CHECKPOINTS_METADATA | NVRAM);
    });
  }

  async #unless(id: string, already: readonly string[], work: (domain: Domain) => Promise<unknown>): Promise<void> {
    await this.#with(id, async (domain) => {
      if (already.includes((await domain.getState()).state)) return;
      try {
        await work(domain);
      } catch (error) {
        // somebody else was faster: what counts is that it is so now
        if (!isLibvirtError(error, 'OPERATION_INVALID') || !already.includes((await domain.getState()).state))
          throw error;
      }
    });
  }

  start(id: string): Promise<void> {
    return this.#unless(id, ['RUNNING', 'BLOCKED', 'PAUSED'], (domain) => domain.create());
  }
  async forceOff(id: string): Promise<void> {
    if ((await this.find(id)) !== null) await this.#unless(id, ['SHUTOFF', 'CRASHED'], (domain) => domain.destroy());
  }
  pause(id: string): Promise<void> {
    return this.#unless(id, ['PAUSED'], (domain) => domain.suspend());
  }
  resume(id: string): Promise<void> {
    return this.#unless(id, ['RUNNING', 'BLOCKED'], (domain) => domain.resume());
  }
  shutdown(id: string): Promise<void> {
    return this.#unless(id, ['SHUTOFF', 'SHUTDOWN', 'CRASHED'], (domain) => domain.shutdown());
  }
  reboot(id: string): Promise<void> {
    return this.#with(id, (domain) => domain.reboot());
  }
  reset(id: string): Promise<void> {
    return this.#with(id, (domain) => domain.reset());
  }

  /** Where it runs, now and from the next start on; where it rests, from the next start on. */
  async #impact(domain: Domain): Promise<number> {
    return (await domain.isActive()) ? Impact.LIVE | Impact.CONFIG : Impact.CONFIG;
  }

  attachDisk(id: string, disk: DiskSpec): Promise<void> {
    return this.#with(id, async (domain) =>
      domain.devices.attach(formatXml(diskXml(disk)), await this.#impact(domain)),
    );
  }

  async detachDisk(id: string, target: string): Promise<void> {
    await this.#with(id, async (domain) => {
      const xml = `<disk type='file' device='disk'><target dev='${target}' bus='virtio'/></disk>`;
      await domain.devices.detach(xml, await this.#impact(domain));
    });
    // the guest lets go in its own time
    const end = performance.now() + 30_000;
    while ((await this.find(id))?.disks.some((disk) => disk.target === target)) {
      if (performance.now() > end)
        throw new DomusError('TIMEOUT', { what: 'the guest’s release of the disk', seconds: 30 });
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  definition(id: string): Promise<string | null> {
    return this.#access.use(async (connection) => (await connection.domains.find(id))?.getXMLDesc() ?? null);
  }

  addresses(id: string, source: 'lease' | 'agent'): Promise<{ ip: string; mac: string }[]> {
    return this.#with(
      id,
      async (domain) => {
        try {
          const interfaces = await domain.guest.interfaceAddresses(source === 'lease' ? 'LEASE' : 'AGENT', {
            deadlineMs: 5000,
          });
          return interfaces.flatMap(({ hwaddr, addrs }) =>
            addrs.flatMap(({ addr }) => (hwaddr === null || isLocal(addr) ? [] : [{ ip: addr, mac: hwaddr }])),
          );
        } catch (error) {
          // a guest without a lease, an agent that is not up yet: no addresses, no fault
          if (
            isLibvirtError(
              error,
              'AGENT_UNRESPONSIVE',
              'OPERATION_INVALID',
              'ARGUMENT_UNSUPPORTED',
              'CONFIG_UNSUPPORTED',
              'OPERATION_TIMEOUT',
              'DEADLINE_EXCEEDED',
            )
          )
            return [];
          throw error;
        }
      },
      this.#access.useAside,
    );
  }

  exec(id: string, exec: GuestExec): Promise<GuestExecResult> {
    return this.#with(id, (domain) => agentExec(domain, exec), this.#access.useAside);
  }

  screenshot(id: string): Promise<{ type: string; bytes: Buffer }> {
    return this.#with(id, async (domain) => {
      const { mime, image } = await domain.screenshot(0, { deadlineMs: 10_000 });
      return { type: mime, bytes: Buffer.concat(await image.toArray()) };
    });
  }

  async openDisplay(id: string, kind: 'spice' | 'vnc'): Promise<Duplex> {
    const { name, xml } = await this.#with(id, async (domain) => ({
      name: domain.name,
      xml: await domain.getXMLDesc(),
    }));
    const address = displayAddress(xml, kind);
    if (address === null) throw new DomusError('NO_DISPLAY', { name, display: kind === 'spice' ? 'SPICE' : 'VNC' });
    return address.type === 'tcp' ? connected(address) : connectedUnix(this.#access.outside(address.path));
  }

  openSerial(id: string): Promise<Duplex> {
    return this.#with(id, (domain) => domain.openConsole(null, enums.DomainConsoleFlags.FORCE));
  }
}

const isLocal = (address: string): boolean =>
  address.startsWith('127.') || address === '::1' || address.toLowerCase().startsWith('fe80:');

function connected(to: { path: string } | { host: string; port: number }): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(to as NetConnectOpts);
    socket.setTimeout(5000, () => socket.destroy(new Error('no answer within 5 s')));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.setNoDelay(true);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** A socket's path may be longer than the 107 bytes of sockaddr_un: it is then named through its folder's descriptor. */
async function connectedUnix(path: string): Promise<Duplex> {
  if (Buffer.byteLength(path) <= 107) return connected({ path });
  const folder = openSync(dirname(path), 'r');
  try {
    return await connected({ path: `/proc/self/fd/${folder}/${basename(path)}` });
  } finally {
    closeSync(folder);
  }
}

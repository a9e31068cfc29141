import type { Caller } from '../caller.ts';
import { DomainInterfaceAddressesSource, DomainSetTimeFlags, IPAddrType } from '../generated/enums.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { type TypedValues, toTypedValues } from '../typed-parameters.ts';
import { type Hyper, toNumber } from '../xdr/index.ts';
import type { DomainRef } from './domain-ref.ts';

/** One network interface of a guest: virDomainInterface. */
export interface DomainInterface {
  /** As the source calls it: `vnet0` by the host, `eth0` by the guest. */
  readonly name: string;
  /** MAC address; null where the source does not tell. */
  readonly hwaddr: string | null;
  /** Its addresses; `prefix` is the length of the network's part in bits. */
  readonly addrs: readonly { readonly family: 'ipv4' | 'ipv6'; readonly addr: string; readonly prefix: number }[];
}

/** One file system of a guest: virDomainFSInfo. */
export interface FSInfo {
  /** Where the guest has it. */
  readonly mountpoint: string;
  /** As the guest calls it, e.g. `vda1`. */
  readonly name: string;
  /** E.g. `ext4`. */
  readonly fstype: string;
  /** The disks that it lies on, e.g. `virtio-disk0`. */
  readonly devAliases: readonly string[];
}

/** What is asked of the guest itself, through its agent, or of its monitor. A guest may hang: each call has a deadline. */
export class DomainGuest {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  /**
   * virDomainQemuAgentCommand: sends JSON to the guest agent. `timeoutSeconds` is the daemon's own limit; -2 blocks,
   * -1 is its default, 0 none.
   */
  async qemuAgentCommand(command: string, timeoutSeconds = 5, options?: CallOptions): Promise<string | null> {
    const args = { dom: this.#dom, cmd: command, timeout: timeoutSeconds, flags: 0 };
    return (await this.#caller.call('qemuDomainAgentCommand', args, options)).result;
  }

  /**
   * virDomainQemuMonitorCommand: sends JSON (flags 0) or a human command (flags 1) to QEMU's monitor. Changes behind
   * libvirt's back taint the domain.
   */
  async qemuMonitorCommand(command: string, flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call('qemuDomainMonitorCommand', { dom: this.#dom, cmd: command, flags }, options))
      .result;
  }

  /** virDomainSetUserPassword: through the agent; flags: DomainSetUserPasswordFlags (ENCRYPTED 1). */
  async setUserPassword(user: string, password: string, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainSetUserPassword', { dom: this.#dom, user, password, flags }, options);
  }

  /**
   * virDomainInterfaceAddresses: addresses from libvirt's own DHCP leases, the guest's agent, or the host's ARP table.
   */
  async interfaceAddresses(
    source: keyof typeof DomainInterfaceAddressesSource,
    options?: CallOptions,
  ): Promise<DomainInterface[]> {
    const args = { dom: this.#dom, source: DomainInterfaceAddressesSource[source], flags: 0 };
    const { ifaces } = await this.#caller.call('domainInterfaceAddresses', args, options);
    return ifaces.map(({ name, hwaddr, addrs }) => ({
      name,
      hwaddr,
      addrs: addrs.map(({ type, addr, prefix }) => ({
        family: type === IPAddrType.IPV6 ? 'ipv6' : 'ipv4',
        addr,
        prefix,
      })),
    }));
  }

  /** virDomainGetGuestInfo; `types`: DomainGuestInfoTypes, 0 for all that the agent knows. */
  async getGuestInfo(types = 0, options?: CallOptions): Promise<TypedValues> {
    return toTypedValues(
      (await this.#caller.call('domainGetGuestInfo', { dom: this.#dom, types, flags: 0 }, options)).params,
    );
  }

  /** virDomainGetHostname: the guest's own name; flags: DomainGetHostnameFlags (LEASE, AGENT). */
  async getHostname(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call('domainGetHostname', { dom: this.#dom, flags }, options)).hostname;
  }

  /** virDomainGetTime: milliseconds since 1970 by the guest's clock. */
  async getTime(options?: CallOptions): Promise<number> {
    const { seconds, nseconds } = await this.#caller.call('domainGetTime', { dom: this.#dom, flags: 0 }, options);
    return toNumber(seconds) * 1000 + Math.floor(nseconds / 1_000_000);
  }

  /** virDomainFSFreeze: freezes file systems (none named: all); resolves to how many. */
  async fsFreeze(mountpoints: string[] = [], options?: CallOptions): Promise<number> {
    return (await this.#caller.call('domainFSFreeze', { dom: this.#dom, mountpoints, flags: 0 }, options)).filesystems;
  }

  /** virDomainFSThaw: lets file systems be written again (none named: all); resolves to how many. */
  async fsThaw(mountpoints: string[] = [], options?: CallOptions): Promise<number> {
    return (await this.#caller.call('domainFSThaw', { dom: this.#dom, mountpoints, flags: 0 }, options)).filesystems;
  }

  /** virDomainInjectNMI: a non-maskable interrupt for the guest. */
  async injectNMI(options?: CallOptions): Promise<void> {
    await this.#caller.call('domainInjectNMI', { dom: this.#dom, flags: 0 }, options);
  }

  /** Gives what file systems do not use back to the host; null: all of them. virDomainFSTrim */
  async fsTrim(mountPoint: string | null = null, minimumBytes: Hyper = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainFSTrim', { dom: this.#dom, mountPoint, minimum: minimumBytes, flags: 0 }, options);
  }

  /** The file systems that are mounted in there; virDomainGetFSInfo. */
  async getFSInfo(options?: CallOptions): Promise<FSInfo[]> {
    const { info } = await this.#caller.call('domainGetFSInfo', { dom: this.#dom, flags: 0 }, options);
    return info.map(({ mountpoint, name, fstype, dev_aliases }) => ({
      mountpoint,
      name,
      fstype,
      devAliases: dev_aliases,
    }));
  }

  /** `vcpus`, `online`, `offlinable`: lists like `0-3`, as the guest sees its CPUs. virDomainGetGuestVcpus */
  async getVcpus(options?: CallOptions): Promise<TypedValues> {
    const args = { dom: this.#dom, flags: 0 };
    return toTypedValues((await this.#caller.call('domainGetGuestVcpus', args, options)).params);
  }

  /** Has the guest use its CPUs or not, without taking them away; virDomainSetGuestVcpus. */
  async setVcpus(vcpus: readonly number[], isOnline: boolean, options?: CallOptions): Promise<void> {
    const args = { dom: this.#dom, cpumap: vcpus.join(','), state: isOnline ? 1 : 0, flags: 0 };
    await this.#caller.call('domainSetGuestVcpus', args, options);
  }

  /** Milliseconds since 1970; undefined: the guest reads its hardware's clock. virDomainSetTime */
  async setTime(timeMs: number | undefined, options?: CallOptions): Promise<void> {
    const seconds = Math.floor((timeMs ?? 0) / 1000);
    const nseconds = Math.round(((timeMs ?? 0) - seconds * 1000) * 1_000_000);
    const flags = timeMs === undefined ? DomainSetTimeFlags.SYNC : 0;
    await this.#caller.call('domainSetTime', { dom: this.#dom, seconds, nseconds, flags }, options);
  }

  /** How long the daemon waits for the agent; -2 without end, -1 its default, 0 not at all. virDomainAgentSetResponseTimeout */
  async setAgentResponseTimeout(timeoutSeconds: number, options?: CallOptions): Promise<void> {
    await this.#caller.call(
      'domainAgentSetResponseTimeout',
      { dom: this.#dom, timeout: timeoutSeconds, flags: 0 },
      options,
    );
  }

  /** Lines of a user's authorized_keys; virDomainAuthorizedSSHKeysGet. */
  async getAuthorizedSSHKeys(user: string, options?: CallOptions): Promise<string[]> {
    return (await this.#caller.call('domainAuthorizedSSHKeysGet', { dom: this.#dom, user, flags: 0 }, options)).keys;
  }

  /** In place of all; virDomainAuthorizedSSHKeysSet; flags: DomainAuthorizedSSHKeysSetFlags (APPEND, REMOVE). */
  async setAuthorizedSSHKeys(user: string, keys: string[], flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainAuthorizedSSHKeysSet', { dom: this.#dom, user, keys, flags }, options);
  }
}

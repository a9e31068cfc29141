import type { Caller } from '../caller.ts';
import { DomainInterfaceAddressesSource, IPAddrType } from '../generated/enums.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { type TypedValues, toTypedValues } from '../typed-parameters.ts';
import { toNumber } from '../xdr/index.ts';
import type { DomainRef } from './domain-ref.ts';

export interface DomainInterface {
  readonly name: string;
  readonly hwaddr: string | null;
  readonly addrs: readonly { readonly family: 'ipv4' | 'ipv6'; readonly addr: string; readonly prefix: number }[];
}

/** What is asked of the guest itself, through its agent, or of its monitor. A guest may hang: each call has a deadline. */
export class DomainGuest {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  /** Sends JSON to the guest agent. `timeoutSeconds` is the daemon's own limit; -2 blocks, -1 is its default, 0 none. */
  async qemuAgentCommand(command: string, timeoutSeconds = 5, options?: CallOptions): Promise<string | null> {
    const args = { dom: this.#dom, cmd: command, timeout: timeoutSeconds, flags: 0 };
    return (await this.#caller.call('qemuDomainAgentCommand', args, options)).result;
  }

  /** Sends JSON (flags 0) or a human command (flags 1) to QEMU's monitor. Changes behind libvirt's back taint the domain. */
  async qemuMonitorCommand(command: string, flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call('qemuDomainMonitorCommand', { dom: this.#dom, cmd: command, flags }, options))
      .result;
  }

  /** Through the agent; flags: DomainSetUserPasswordFlags (ENCRYPTED 1). */
  async setUserPassword(user: string, password: string, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainSetUserPassword', { dom: this.#dom, user, password, flags }, options);
  }

  /** Addresses from libvirt's own DHCP leases, the guest's agent, or the host's ARP table. */
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

  /** `types`: DomainGuestInfoTypes, 0 for all that the agent knows. */
  async getGuestInfo(types = 0, options?: CallOptions): Promise<TypedValues> {
    return toTypedValues(
      (await this.#caller.call('domainGetGuestInfo', { dom: this.#dom, types, flags: 0 }, options)).params,
    );
  }

  async getHostname(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call('domainGetHostname', { dom: this.#dom, flags }, options)).hostname;
  }

  /** Milliseconds since 1970 by the guest's clock. */
  async getTime(options?: CallOptions): Promise<number> {
    const { seconds, nseconds } = await this.#caller.call('domainGetTime', { dom: this.#dom, flags: 0 }, options);
    return toNumber(seconds) * 1000 + Math.floor(nseconds / 1_000_000);
  }

  /** Freezes file systems (none named: all); resolves to how many. */
  async fsFreeze(mountpoints: string[] = [], options?: CallOptions): Promise<number> {
    return (await this.#caller.call('domainFSFreeze', { dom: this.#dom, mountpoints, flags: 0 }, options)).filesystems;
  }

  async fsThaw(mountpoints: string[] = [], options?: CallOptions): Promise<number> {
    return (await this.#caller.call('domainFSThaw', { dom: this.#dom, mountpoints, flags: 0 }, options)).filesystems;
  }

  async injectNMI(options?: CallOptions): Promise<void> {
    await this.#caller.call('domainInjectNMI', { dom: this.#dom, flags: 0 }, options);
  }
}

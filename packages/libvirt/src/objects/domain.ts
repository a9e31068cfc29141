import type { Duplex, Readable } from 'node:stream';
import type { Caller, StreamOptions } from '../caller.ts';
import { START_DEADLINE_MS } from '../deadlines.ts';
import { enumName } from '../enum-name.ts';
import * as enums from '../generated/enums.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { toDuplex, toReadable } from '../streams/node-streams.ts';
import { toNumber } from '../xdr/index.ts';
import { DomainFaces } from './domain-faces.ts';
import type { DomainRef } from './domain-ref.ts';
import { type StateReason, stateReason } from './domain-state.ts';

/** virDomainInfo */
export interface DomainInfo {
  /** RUNNING, PAUSED, SHUTOFF, … */
  readonly state: StateReason['state'];
  /** The most it may have. */
  readonly maxMemoryKiB: number;
  /** What it has now; by the balloon it may be less. */
  readonly memoryKiB: number;
  /** Virtual CPUs that are plugged in. */
  readonly vcpus: number;
  /** CPU time of the host that it used since it started, in nanoseconds. */
  readonly cpuTimeNs: number;
}

/** One domain. A handle: it holds its name and UUID, everything else is asked of the daemon. */
export class Domain extends DomainFaces {
  readonly #caller: Caller;

  constructor(caller: Caller, ref: DomainRef) {
    super(caller, ref);
    this.#caller = caller;
  }

  /** virDomainGetName, without a call. */
  get name(): string {
    return this.ref.name;
  }

  /** virDomainGetUUIDString, without a call. */
  get uuid(): string {
    return this.ref.uuid;
  }

  // Life ----------------------------------------------------------------------------------------------------------

  /** virDomainCreateWithFlags: starts it; flags: DomainCreateFlags. The result carries the new `id`. */
  async create(flags = 0, options: CallOptions = {}): Promise<Domain> {
    const slow = { deadlineMs: START_DEADLINE_MS, ...options };
    const { dom } = await this.#caller.call('domainCreateWithFlags', { dom: this.ref, flags }, slow);
    return new Domain(this.#caller, dom);
  }

  /**
   * virDomainShutdownFlags: asks the guest to shut down; flags: DomainShutdownFlags (ACPI_POWER_BTN, GUEST_AGENT, …).
   */
  async shutdown(flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainShutdownFlags', { dom: this.ref, flags }, options);
  }

  /** virDomainReboot: asks the guest to restart; flags: DomainRebootFlags. */
  async reboot(flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainReboot', { dom: this.ref, flags }, options);
  }

  /** virDomainReset: as the button does, without asking the guest. */
  async reset(options?: CallOptions): Promise<void> {
    await this.#caller.call('domainReset', { dom: this.ref, flags: 0 }, options);
  }

  /** virDomainDestroyFlags: pulls the plug; flags: DomainDestroyFlags (GRACEFUL). */
  async destroy(flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainDestroyFlags', { dom: this.ref, flags }, options);
  }

  /** virDomainSuspend: its CPUs stand still; memory stays where it is. */
  async suspend(options?: CallOptions): Promise<void> {
    await this.#caller.call('domainSuspend', { dom: this.ref }, options);
  }

  /** virDomainResume: its CPUs go on. */
  async resume(options?: CallOptions): Promise<void> {
    await this.#caller.call('domainResume', { dom: this.ref }, options);
  }

  /**
   * virDomainUndefineFlags: forgets the definition; flags: DomainUndefineFlags (MANAGED_SAVE, SNAPSHOTS_METADATA,
   * NVRAM, …).
   */
  async undefine(flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainUndefineFlags', { dom: this.ref, flags }, options);
  }

  /** virDomainSetAutostart: whether it starts with the host. */
  async setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainSetAutostart', { dom: this.ref, autostart: autostart ? 1 : 0 }, options);
  }

  /** virDomainGetAutostart */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('domainGetAutostart', { dom: this.ref }, options)).autostart === 1;
  }

  /** Of a domain that does not run; resolves with the handle of the new name. virDomainRename */
  async rename(name: string, options?: CallOptions): Promise<Domain> {
    await this.#caller.call('domainRename', { dom: this.ref, new_name: name, flags: 0 }, options);
    return new Domain(this.#caller, { ...this.ref, name });
  }

  /** Has the guest sleep (through its agent): until it is woken, or for a while (0: no end). virDomainPMSuspendForDuration */
  async pmSuspend(
    target: keyof typeof enums.NodeSuspendTarget,
    durationSeconds = 0,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, target: enums.NodeSuspendTarget[target], duration: durationSeconds, flags: 0 };
    await this.#caller.call('domainPMSuspendForDuration', args, options);
  }

  /** virDomainPMWakeup */
  async pmWakeup(options?: CallOptions): Promise<void> {
    await this.#caller.call('domainPMWakeup', { dom: this.ref, flags: 0 }, options);
  }

  // What it is --------------------------------------------------------------------------------------------------------

  /** virDomainGetXMLDesc: domain XML; flags: DomainXMLFlags (SECURE, INACTIVE, MIGRATABLE, …). */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call('domainGetXMLDesc', { dom: this.ref, flags }, options)).xml;
  }

  /** virDomainGetInfo */
  async getInfo(options?: CallOptions): Promise<DomainInfo> {
    const info = await this.#caller.call('domainGetInfo', { dom: this.ref }, options);
    return {
      state: enumName(enums.DomainState, info.state),
      maxMemoryKiB: toNumber(info.maxMem),
      memoryKiB: toNumber(info.memory),
      vcpus: info.nrVirtCpu,
      cpuTimeNs: toNumber(info.cpuTime),
    };
  }

  /** virDomainGetState: state and why, by name. */
  async getState(options?: CallOptions): Promise<StateReason> {
    const { state, reason } = await this.#caller.call('domainGetState', { dom: this.ref, flags: 0 }, options);
    return stateReason(state, reason);
  }

  /** virDomainIsActive: whether it runs or is paused. */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('domainIsActive', { dom: this.ref }, options)).active === 1;
  }

  /** virDomainIsPersistent: whether it is defined; a transient one is gone when it stops. */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('domainIsPersistent', { dom: this.ref }, options)).persistent === 1;
  }

  // Size ----------------------------------------------------------------------------------------------------------------

  /** virDomainSetVcpusFlags; flags: DomainVcpuFlags (LIVE 1, CONFIG 2, MAXIMUM 4, GUEST 8). */
  async setVcpus(nvcpus: number, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainSetVcpusFlags', { dom: this.ref, nvcpus, flags }, options);
  }

  /** virDomainSetMemoryFlags; flags: DomainMemoryModFlags (LIVE 1, CONFIG 2, MAXIMUM 4). */
  async setMemory(memoryKiB: number, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainSetMemoryFlags', { dom: this.ref, memory: memoryKiB, flags }, options);
  }

  // Screen, keyboard, console ---------------------------------------------------------------------------------------------

  /** virDomainScreenshot: a picture of a screen; QEMU gives PPM or PNG, `mime` tells. */
  async screenshot(screen = 0, options?: StreamOptions): Promise<{ mime: string; image: Readable }> {
    const { ret, stream } = await this.#caller.openStream(
      'domainScreenshot',
      { dom: this.ref, screen, flags: 0 },
      options,
    );
    return { mime: ret.mime ?? 'application/octet-stream', image: toReadable(stream) };
  }

  /** virDomainSendKey: presses all keycodes at a time, then releases them; `codeset`: enums.KeycodeSet. */
  async sendKey(
    keycodes: number[],
    codeset: number = enums.KeycodeSet.LINUX,
    holdTimeMs = 50,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, codeset, holdtime: holdTimeMs, keycodes, flags: 0 };
    await this.#caller.call('domainSendKey', args, options);
  }

  /**
   * virDomainOpenConsole: the bytes of a serial or console device (null: the first); flags: DomainConsoleFlags (FORCE
   * 1, SAFE 2).
   */
  async openConsole(device: string | null = null, flags = 0, options?: StreamOptions): Promise<Duplex> {
    const args = { dom: this.ref, dev_name: device, flags };
    return toDuplex((await this.#caller.openStream('domainOpenConsole', args, options)).stream);
  }

  /** virDomainOpenChannel: the bytes of a virtio channel by its target name (null: the first). */
  async openChannel(name: string | null = null, flags = 0, options?: StreamOptions): Promise<Duplex> {
    const args = { dom: this.ref, name, flags };
    return toDuplex((await this.#caller.openStream('domainOpenChannel', args, options)).stream);
  }
}

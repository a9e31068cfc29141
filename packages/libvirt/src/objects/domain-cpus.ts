import type { Caller } from '../caller.ts';
import { cpuMap, cpusOf, splitCpuMaps } from '../cpu-map.ts';
import { enumName } from '../enum-name.ts';
import { VcpuState } from '../generated/enums.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { fromTypedParameters, type TypedParameters } from '../typed-parameters.ts';
import { toNumber } from '../xdr/index.ts';
import type { DomainRef } from './domain-ref.ts';

/** One virtual CPU: virVcpuInfo. */
export interface VcpuInfo {
  /** From 0. */
  readonly number: number;
  /** OFFLINE, RUNNING, BLOCKED */
  readonly state: keyof typeof VcpuState | `${number}`;
  /** CPU time of the host that it used, in nanoseconds. */
  readonly cpuTimeNs: number;
  /** The CPU of the host that it runs on; undefined where it runs on none. */
  readonly cpu: number | undefined;
  /** The CPUs of the host that it may run on. */
  readonly mayRunOn: readonly number[];
}

/** One I/O thread: virDomainIOThreadInfo. */
export interface IOThreadInfo {
  /** As `<iothread id=…>` has it. */
  readonly id: number;
  /** The CPUs of the host that it may run on. */
  readonly mayRunOn: readonly number[];
}

/** Virtual CPUs and I/O threads of one domain. Flags: DomainModificationImpact (CURRENT, LIVE 1, CONFIG 2). */
export class DomainCpus {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  /** How many it has; virDomainGetVcpusFlags; flags: DomainVcpuFlags (LIVE, CONFIG, MAXIMUM 4, GUEST 8). */
  async getVcpuCount(flags = 0, options?: CallOptions): Promise<number> {
    return (await this.#caller.call('domainGetVcpusFlags', { dom: this.#dom, flags }, options)).num;
  }

  /** Takes out or puts back single ones: `setVcpu([2, 3], false)`; virDomainSetVcpu. */
  async setVcpu(vcpus: readonly number[], isOnline: boolean, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.#dom, cpumap: vcpus.join(','), state: isOnline ? 1 : 0, flags };
    await this.#caller.call('domainSetVcpu', args, options);
  }

  /** Each of a running domain's; virDomainGetVcpus. */
  async getVcpus(options?: CallOptions): Promise<VcpuInfo[]> {
    const maxinfo = await this.#maximum(options);
    const args = { dom: this.#dom, maxinfo, maplen: await this.#mapLength(options) };
    const { info, cpumaps } = await this.#caller.call('domainGetVcpus', args, options);
    const maps = splitCpuMaps(cpumaps, info.length);
    return info.map(({ number, state, cpu_time, cpu }, index) => ({
      number,
      state: enumName(VcpuState, state),
      cpuTimeNs: toNumber(cpu_time),
      cpu: cpu < 0 ? undefined : cpu,
      mayRunOn: maps[index] ?? [],
    }));
  }

  /** The CPUs of the host that each virtual CPU may run on; virDomainGetVcpuPinInfo. */
  async getVcpuPinInfo(flags = 0, options?: CallOptions): Promise<number[][]> {
    const ncpumaps = await this.getVcpuCount(flags, options);
    const args = { dom: this.#dom, ncpumaps, maplen: await this.#mapLength(options), flags };
    const { cpumaps, num } = await this.#caller.call('domainGetVcpuPinInfo', args, options);
    return splitCpuMaps(cpumaps, num);
  }

  /** `pinVcpu(0, [2, 3])`; virDomainPinVcpuFlags. */
  async pinVcpu(vcpu: number, cpus: readonly number[], flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainPinVcpuFlags', { dom: this.#dom, vcpu, cpumap: cpuMap(cpus), flags }, options);
  }

  /** Of the hypervisor's own threads; virDomainGetEmulatorPinInfo. */
  async getEmulatorPinInfo(flags = 0, options?: CallOptions): Promise<number[]> {
    const args = { dom: this.#dom, maplen: await this.#mapLength(options), flags };
    return cpusOf((await this.#caller.call('domainGetEmulatorPinInfo', args, options)).cpumaps);
  }

  /** virDomainPinEmulator */
  async pinEmulator(cpus: readonly number[], flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainPinEmulator', { dom: this.#dom, cpumap: cpuMap(cpus), flags }, options);
  }

  /** virDomainGetIOThreadInfo */
  async getIOThreadInfo(flags = 0, options?: CallOptions): Promise<IOThreadInfo[]> {
    const { info } = await this.#caller.call('domainGetIOThreadInfo', { dom: this.#dom, flags }, options);
    return info.map(({ iothread_id, cpumap }) => ({ id: iothread_id, mayRunOn: cpusOf(cpumap) }));
  }

  /** virDomainAddIOThread */
  async addIOThread(id: number, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainAddIOThread', { dom: this.#dom, iothread_id: id, flags }, options);
  }

  /** virDomainDelIOThread */
  async delIOThread(id: number, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainDelIOThread', { dom: this.#dom, iothread_id: id, flags }, options);
  }

  /** virDomainPinIOThread */
  async pinIOThread(id: number, cpus: readonly number[], flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.#dom, iothreads_id: id, cpumap: cpuMap(cpus), flags };
    await this.#caller.call('domainPinIOThread', args, options);
  }

  /** `poll_max_ns` (ULLONG), `poll_grow`, `poll_shrink` (UINT), …; virDomainSetIOThreadParams. */
  async setIOThreadParams(id: number, params: TypedParameters, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.#dom, iothread_id: id, params: fromTypedParameters(params), flags };
    await this.#caller.call('domainSetIOThreadParams', args, options);
  }

  async #maximum(options?: CallOptions): Promise<number> {
    return (await this.#caller.call('domainGetMaxVcpus', { dom: this.#dom }, options)).num;
  }

  /** VIR_CPU_MAPLEN of the host's CPUs. */
  async #mapLength(options?: CallOptions): Promise<number> {
    const { ret } = await this.#caller.call('nodeGetCPUMap', { need_map: 0, need_online: 0, flags: 0 }, options);
    return Math.ceil(ret / 8);
  }
}

import { cString } from '../c-string.ts';
import type { Caller } from '../caller.ts';
import { cpusOf } from '../cpu-map.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { packedVersion, type Version } from '../version.ts';
import { toNumber } from '../xdr/index.ts';

/** virNodeInfo. What the machine really has, beyond sockets · cores · threads · nodes, is in its capabilities. */
export interface NodeInfo {
  /** CPU architecture, e.g. `x86_64`. */
  readonly model: string;
  /** Memory of the machine. */
  readonly memoryKiB: number;
  /** CPUs that are in use. */
  readonly cpus: number;
  /** 0 where unknown. */
  readonly mhz: number;
  /** NUMA nodes. */
  readonly nodes: number;
  /** Per node. */
  readonly sockets: number;
  /** Per socket. */
  readonly cores: number;
  /** Per core. */
  readonly threads: number;
}

/** What to tell the capabilities of; the hypervisor's default for what is left out. */
export interface DomainCapabilitiesQuery {
  /** Path of the hypervisor's program on the host. */
  readonly emulatorbin?: string | undefined;
  /** `x86_64`, `aarch64`, … */
  readonly arch?: string | undefined;
  /** `q35`, `pc-i440fx-7.2`, … */
  readonly machine?: string | undefined;
  /** `kvm`, `qemu`, `xen`, … */
  readonly virttype?: string | undefined;
}

/** What the daemon says of its machine and of itself. */
export class Host {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** virConnectGetHostname */
  async getHostname(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('connectGetHostname', undefined, options)).hostname;
  }

  /** virConnectGetURI: the URI of the driver that serves this connection. */
  async getURI(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('connectGetURI', undefined, options)).uri;
  }

  /** virConnectGetType: `QEMU`, `Xen`, `Test`, … */
  async getType(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('connectGetType', undefined, options)).type;
  }

  /** virConnectGetVersion: of the hypervisor. */
  async getVersion(options?: CallOptions): Promise<Version> {
    return packedVersion((await this.#caller.call('connectGetVersion', undefined, options)).hv_ver);
  }

  /** virConnectGetLibVersion: of libvirt. */
  async getLibVersion(options?: CallOptions): Promise<Version> {
    return packedVersion((await this.#caller.call('connectGetLibVersion', undefined, options)).lib_ver);
  }

  /** virConnectGetCapabilities; XML: `<capabilities>`. */
  async getCapabilities(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('connectGetCapabilities', undefined, options)).capabilities;
  }

  /** virConnectGetDomainCapabilities; XML: `<domainCapabilities>`. */
  async getDomainCapabilities(query: DomainCapabilitiesQuery = {}, options?: CallOptions): Promise<string> {
    const args = {
      emulatorbin: query.emulatorbin ?? null,
      arch: query.arch ?? null,
      machine: query.machine ?? null,
      virttype: query.virttype ?? null,
      flags: 0,
    };
    return (await this.#caller.call('connectGetDomainCapabilities', args, options)).capabilities;
  }

  /** virConnectGetStoragePoolCapabilities; XML: `<storagepoolCapabilities>`. */
  async getStoragePoolCapabilities(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('connectGetStoragePoolCapabilities', { flags: 0 }, options)).capabilities;
  }

  /** virConnectGetSysinfo; XML: `<sysinfo>`, the SMBIOS tables. */
  async getSysinfo(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('connectGetSysinfo', { flags: 0 }, options)).sysinfo;
  }

  /** virNodeGetInfo */
  async getInfo(options?: CallOptions): Promise<NodeInfo> {
    const info = await this.#caller.call('nodeGetInfo', undefined, options);
    const { model, memory, ...counts } = info;
    return { ...counts, model: cString(model), memoryKiB: toNumber(memory) };
  }

  /** virNodeGetFreeMemory */
  async getFreeMemoryBytes(options?: CallOptions): Promise<number> {
    return toNumber((await this.#caller.call('nodeGetFreeMemory', undefined, options)).freeMem);
  }

  /** virNodeGetMemoryStats, KiB by name: `total`, `free`, `buffers`, `cached`; `cell` -1 is the whole machine. */
  async getMemoryStats(cell = -1, options?: CallOptions): Promise<Record<string, number>> {
    const ask = (nparams: number) =>
      this.#caller.call('nodeGetMemoryStats', { nparams, cellNum: cell, flags: 0 }, options);
    return named((await ask((await ask(0)).nparams)).params);
  }

  /**
   * virNodeGetCPUStats, nanoseconds since boot by name: `kernel`, `user`, `idle`, `iowait`; `cpu` -1 is all together.
   */
  async getCPUStats(cpu = -1, options?: CallOptions): Promise<Record<string, number>> {
    const ask = (nparams: number) => this.#caller.call('nodeGetCPUStats', { cpuNum: cpu, nparams, flags: 0 }, options);
    return named((await ask((await ask(0)).nparams)).params);
  }

  /** virNodeGetCPUMap; `present`: how many CPUs the machine has; `online`: which of them are in use. */
  async getCPUMap(options?: CallOptions): Promise<{ present: number; online: number[] }> {
    const { cpumap, ret } = await this.#caller.call(
      'nodeGetCPUMap',
      { need_map: 1, need_online: 1, flags: 0 },
      options,
    );
    return { present: ret, online: cpusOf(cpumap).filter((cpu) => cpu < ret) };
  }

  /**
   * virConnectGetCPUModelNames: CPU model names that libvirt knows for an architecture; empty means: any the
   * hypervisor takes.
   */
  async getCPUModelNames(arch: string, options?: CallOptions): Promise<string[]> {
    return (await this.#caller.call('connectGetCPUModelNames', { arch, need_results: 1, flags: 0 }, options)).models;
  }

  /** virConnectBaselineCPU: the CPU (XML) that all of these hosts (XML of their `<cpu>` or capabilities) can give. */
  async baselineCPU(xmlCPUs: string[], flags = 0, options?: CallOptions): Promise<string> {
    return (await this.#caller.call('connectBaselineCPU', { xmlCPUs, flags }, options)).cpu;
  }
}

function named(stats: readonly { field: string; value: number | bigint }[]): Record<string, number> {
  return Object.fromEntries(stats.map(({ field, value }) => [field, toNumber(value)]));
}

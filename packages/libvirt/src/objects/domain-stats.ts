import type { Caller } from '../caller.ts';
import { enumName } from '../enum-name.ts';
import { DomainControlState, DomainDiskErrorCode, DomainMemoryStatTags } from '../generated/enums.ts';
import type { RemoteDomainInterfaceStatsRet } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { STRING_OKAY, type TypedValues, toTypedValues } from '../typed-parameters.ts';
import { toNumber } from '../xdr/index.ts';
import type { DomainRef } from './domain-ref.ts';

/** Since the domain was started. */
export type InterfaceStats = Readonly<Record<keyof RemoteDomainInterfaceStatsRet, number>>;

/** What one domain uses. For many at a time: `Domains.getAllDomainStats()`, one call for all of it. */
export class DomainStats {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  /** KiB and counters by name: `actual_balloon`, `unused`, `rss`, …; what is there depends on driver and guest. virDomainMemoryStats */
  async memory(options?: CallOptions): Promise<Record<string, number>> {
    const maxStats = DomainMemoryStatTags.NR;
    const { stats } = await this.#caller.call('domainMemoryStats', { dom: this.#dom, maxStats, flags: 0 }, options);
    return Object.fromEntries(
      stats.map(({ tag, val }) => [enumName(DomainMemoryStatTags, tag).toLowerCase(), toNumber(val)]),
    );
  }

  /** Nanoseconds of all CPUs together: `cpu_time`, `user_time`, `system_time`. virDomainGetCPUStats */
  async cpu(options?: CallOptions): Promise<TypedValues> {
    return (await this.#cpus(-1, 1, options))[0] ?? {};
  }

  /** The same per CPU of the host, from `start` on, at most 128: `cpu_time`, `vcpu_time`. virDomainGetCPUStats */
  async perCpu(start = 0, count = 128, options?: CallOptions): Promise<TypedValues[]> {
    const args = { dom: this.#dom, nparams: 0, start_cpu: 0, ncpus: 0, flags: 0 };
    const present = (await this.#caller.call('domainGetCPUStats', args, options)).nparams;
    return this.#cpus(start, Math.min(count, present - start), options);
  }

  /** Of one disk (`vda`), or of all together (''): `rd_bytes`, `wr_operations`, `flush_total_times` (ns), …. virDomainBlockStatsFlags */
  async block(disk: string, options?: CallOptions): Promise<TypedValues> {
    const ask = (nparams: number) =>
      this.#caller.call('domainBlockStatsFlags', { dom: this.#dom, path: disk, nparams, flags: STRING_OKAY }, options);
    return toTypedValues((await ask((await ask(0)).nparams)).params);
  }

  /** Of one network card, by its device on the host (`vnet0`) or its MAC address. virDomainInterfaceStats */
  async interface(device: string, options?: CallOptions): Promise<InterfaceStats> {
    const stats = await this.#caller.call('domainInterfaceStats', { dom: this.#dom, device }, options);
    return Object.fromEntries(Object.entries(stats).map(([name, value]) => [name, toNumber(value)])) as InterfaceStats;
  }

  /** Disks that made the guest stop: target → NO_SPACE or UNSPEC. virDomainGetDiskErrors */
  async getDiskErrors(options?: CallOptions): Promise<Record<string, string>> {
    const ask = (maxerrors: number) =>
      this.#caller.call('domainGetDiskErrors', { dom: this.#dom, maxerrors, flags: 0 }, options);
    const { nerrors } = await ask(0);
    if (nerrors === 0) return {};
    const { errors } = await ask(nerrors);
    return Object.fromEntries(errors.map(({ disk, error }) => [disk, enumName(DomainDiskErrorCode, error)]));
  }

  /** Whether the daemon can control the hypervisor (OK, JOB, OCCUPIED, ERROR), and since when. virDomainGetControlInfo */
  async getControlInfo(options?: CallOptions): Promise<{ state: string; stateTimeMs: number }> {
    const { state, stateTime } = await this.#caller.call('domainGetControlInfo', { dom: this.#dom, flags: 0 }, options);
    return { state: enumName(DomainControlState, state), stateTimeMs: toNumber(stateTime) };
  }

  /** What is to be said about its configuration; virDomainGetMessages; types: DomainMessageType (DEPRECATION, TAINTING), 0: all. */
  async getMessages(types = 0, options?: CallOptions): Promise<string[]> {
    return (await this.#caller.call('domainGetMessages', { dom: this.#dom, flags: types }, options)).msgs;
  }

  async #cpus(start_cpu: number, ncpus: number, options?: CallOptions): Promise<TypedValues[]> {
    const ask = (nparams: number, count: number) => {
      const args = { dom: this.#dom, nparams, start_cpu, ncpus: count, flags: STRING_OKAY };
      return this.#caller.call('domainGetCPUStats', args, options);
    };
    const { nparams } = await ask(0, 1);
    const { params } = await ask(nparams, ncpus);
    return Array.from({ length: ncpus }, (_, cpu) => toTypedValues(params.slice(cpu * nparams, (cpu + 1) * nparams)));
  }
}

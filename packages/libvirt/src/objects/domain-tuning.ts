import type { Caller } from '../caller.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import {
  askTypedParameters,
  fromTypedParameters,
  STRING_OKAY,
  type TypedParameters,
  toTypedParameters,
} from '../typed-parameters.ts';
import type { DomainRef } from './domain-ref.ts';

/**
 * Limits and shares of one domain, as typed parameters by libvirt's names: what a getter gives, its setter takes. Setters
 * change what they are given and leave the rest. Flags: DomainModificationImpact (CURRENT, LIVE 1, CONFIG 2).
 */
export class DomainTuning {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  /** `posix`, `credit`, …; virDomainGetSchedulerType. */
  async getSchedulerType(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('domainGetSchedulerType', { dom: this.#dom }, options)).type;
  }

  /** `cpu_shares`, `vcpu_period` (µs), `vcpu_quota` (µs), …; virDomainGetSchedulerParametersFlags. */
  async getSchedulerParameters(flags = 0, options?: CallOptions): Promise<TypedParameters> {
    const { nparams } = await this.#caller.call('domainGetSchedulerType', { dom: this.#dom }, options);
    const args = { dom: this.#dom, nparams };
    // As virsh does: not every driver knows the call with flags.
    const { params } =
      flags === 0
        ? await this.#caller.call('domainGetSchedulerParameters', args, options)
        : await this.#caller.call('domainGetSchedulerParametersFlags', { ...args, flags }, options);
    return toTypedParameters(params);
  }

  /** virDomainSetSchedulerParametersFlags */
  async setSchedulerParameters(params: TypedParameters, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.#dom, params: fromTypedParameters(params), flags };
    await this.#caller.call('domainSetSchedulerParametersFlags', args, options);
  }

  /** `hard_limit`, `soft_limit`, `swap_hard_limit`, KiB; virDomainGetMemoryParameters. */
  getMemoryParameters(flags = 0, options?: CallOptions): Promise<TypedParameters> {
    return askTypedParameters((nparams) => {
      const args = { dom: this.#dom, nparams, flags: flags | STRING_OKAY };
      return this.#caller.call('domainGetMemoryParameters', args, options);
    });
  }

  /** virDomainSetMemoryParameters */
  async setMemoryParameters(params: TypedParameters, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.#dom, params: fromTypedParameters(params), flags };
    await this.#caller.call('domainSetMemoryParameters', args, options);
  }

  /** `weight`, `device_weight`, `device_read_bytes_sec`, …; virDomainGetBlkioParameters. */
  getBlkioParameters(flags = 0, options?: CallOptions): Promise<TypedParameters> {
    return askTypedParameters((nparams) => {
      const args = { dom: this.#dom, nparams, flags: flags | STRING_OKAY };
      return this.#caller.call('domainGetBlkioParameters', args, options);
    });
  }

  /** virDomainSetBlkioParameters */
  async setBlkioParameters(params: TypedParameters, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.#dom, params: fromTypedParameters(params), flags };
    await this.#caller.call('domainSetBlkioParameters', args, options);
  }

  /** `numa_nodeset`, `numa_mode` (DomainNumatuneMemMode); virDomainGetNumaParameters. */
  getNumaParameters(flags = 0, options?: CallOptions): Promise<TypedParameters> {
    return askTypedParameters((nparams) => {
      const args = { dom: this.#dom, nparams, flags: flags | STRING_OKAY };
      return this.#caller.call('domainGetNumaParameters', args, options);
    });
  }

  /** virDomainSetNumaParameters */
  async setNumaParameters(params: TypedParameters, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.#dom, params: fromTypedParameters(params), flags };
    await this.#caller.call('domainSetNumaParameters', args, options);
  }

  /**
   * Of a network card, by its device on the host (`vnet0`) or its MAC address: `inbound.average`, `inbound.peak` (KiB/s),
   * `inbound.burst` (KiB), `outbound.…`; virDomainGetInterfaceParameters.
   */
  getInterfaceParameters(device: string, flags = 0, options?: CallOptions): Promise<TypedParameters> {
    return askTypedParameters((nparams) => {
      const args = { dom: this.#dom, device, nparams, flags: flags | STRING_OKAY };
      return this.#caller.call('domainGetInterfaceParameters', args, options);
    });
  }

  /** virDomainSetInterfaceParameters */
  async setInterfaceParameters(
    device: string,
    params: TypedParameters,
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.#dom, device, params: fromTypedParameters(params), flags };
    await this.#caller.call('domainSetInterfaceParameters', args, options);
  }

  /** Of a disk (`vda`): `total_bytes_sec`, `read_iops_sec`, `total_iops_sec_max`, `group_name`, …; virDomainGetBlockIoTune. */
  getBlockIoTune(disk: string, flags = 0, options?: CallOptions): Promise<TypedParameters> {
    return askTypedParameters((nparams) => {
      const args = { dom: this.#dom, disk, nparams, flags: flags | STRING_OKAY };
      return this.#caller.call('domainGetBlockIoTune', args, options);
    });
  }

  /** E.g. `{ total_iops_sec: { type: 'ULLONG', value: 500 } }`; virDomainSetBlockIoTune. */
  async setBlockIoTune(disk: string, params: TypedParameters, flags = 0, options?: CallOptions): Promise<void> {
    const args = { dom: this.#dom, disk, params: fromTypedParameters(params), flags };
    await this.#caller.call('domainSetBlockIoTune', args, options);
  }

  /** Which counters run: `cpu_cycles`, `cache_misses`, … → true or false; virDomainGetPerfEvents. */
  async getPerfEvents(flags = 0, options?: CallOptions): Promise<Record<string, boolean>> {
    const args = { dom: this.#dom, flags: flags | STRING_OKAY };
    const { params } = await this.#caller.call('domainGetPerfEvents', args, options);
    return Object.fromEntries(params.map(({ field, value }) => [field, value.value !== 0]));
  }

  /** virDomainSetPerfEvents; DomainStatsTypes PERF tells what they counted. */
  async setPerfEvents(events: Readonly<Record<string, boolean>>, flags = 0, options?: CallOptions): Promise<void> {
    const params: TypedParameters = Object.fromEntries(
      Object.entries(events).map(([name, value]) => [name, { type: 'BOOLEAN', value }]),
    );
    const args = { dom: this.#dom, params: fromTypedParameters(params), flags };
    await this.#caller.call('domainSetPerfEvents', args, options);
  }
}

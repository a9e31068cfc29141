/** How much of the host a domain may have. */
import {
  REMOTE_CPUMAPS_MAX,
  REMOTE_DOMAIN_GET_CPU_STATS_NCPUS_MAX,
  REMOTE_VCPUINFO_MAX,
} from '../../../generated/constants.ts';
import { DomainMemoryStatTags, DomainVcpuFlags, VcpuState } from '../../../generated/enums.ts';
import type { RemoteTypedParam } from '../../../generated/remote.ts';
import { fromTypedParameters } from '../../../typed-parameters.ts';
import { ServerFailure } from '../../failure.ts';
import type { Handlers } from '../../handlers.ts';
import { memoryKiB, vcpuCount } from '../domain-document.ts';
import { setMaxMemory, setMemory, setVcpus } from '../domain-size.ts';
import { cpuTimeNs } from '../domain-stats.ts';
import { allCpus, CPUS } from '../node.ts';
import type { SimulatedDomain } from '../simulated-domain.ts';
import type { SimulatedHost } from '../simulated-host.ts';

/** LIVE and CONFIG of virDomainModificationImpact, which all flags of this kind begin with. */
const WHICH = 3;
const LIVE = 1;
/** virDomainMemoryModFlags and virDomainVcpuFlags. */
const MAXIMUM = 4;

const SCHEDULER = ['cpu_shares', 'vcpu_period', 'vcpu_quota'];
const BLKIO = ['weight'];
const MEMORY_LIMITS = ['hard_limit', 'soft_limit', 'swap_hard_limit'];
const UNLIMITED = 9_007_199_254_740_988;
const DEFAULTS: Readonly<Record<string, number>> = {
  cpu_shares: 1024,
  vcpu_period: 100_000,
  vcpu_quota: -1,
  weight: 500,
};

/** What was set, or what libvirt has for what nobody set. */
function tuning(domain: SimulatedDomain, names: readonly string[]): RemoteTypedParam[] {
  return fromTypedParameters(
    Object.fromEntries(
      names.map((name) => {
        const value = domain.tuning.get(name) ?? DEFAULTS[name] ?? UNLIMITED;
        if (name === 'vcpu_quota') return [name, { type: 'LLONG', value }];
        return [name, name === 'weight' ? { type: 'UINT', value } : { type: 'ULLONG', value }];
      }),
    ),
  );
}

function tune(domain: SimulatedDomain, params: readonly RemoteTypedParam[], names: readonly string[]): void {
  for (const { field, value } of params) {
    if (!names.includes(field)) throw new ServerFailure('INVALID_ARG', `parameter '${field}' not supported`);
    domain.tuning.set(field, Number(value.value));
  }
}

/** As libvirtd: what a reply could not carry is refused before anything is made. */
function atMost(what: string, given: number, most: number): number {
  if (given < 0 || given > most) {
    throw new ServerFailure('INTERNAL_ERROR', `${what} ${given} is not from 0 to ${most}`, 'RPC');
  }
  return given;
}

/** Asked for none, libvirt tells how many there are. */
function counted(params: RemoteTypedParam[], nparams: number) {
  return { params: nparams === 0 ? [] : params, nparams: params.length };
}

export const domainTuningHandlers: Handlers<SimulatedHost> = {
  domainGetMaxMemory: ({ dom }, { driver }) => ({
    memory: memoryKiB(driver.domains.find(dom.uuid).current, 'memory'),
  }),
  domainSetMaxMemory: ({ dom, memory }, { driver }) => setMaxMemory(driver.domains.own(dom.uuid), Number(memory), 0),
  domainSetMemory: ({ dom, memory }, { driver }) =>
    setMemory(driver, driver.domains.own(dom.uuid), Number(memory), LIVE),
  domainSetMemoryFlags: ({ dom, memory, flags }, { driver }) => {
    const domain = driver.domains.own(dom.uuid);
    if ((flags & MAXIMUM) !== 0) setMaxMemory(domain, Number(memory), flags & WHICH);
    else setMemory(driver, domain, Number(memory), flags & WHICH);
  },
  domainSetMemoryStatsPeriod: ({ dom }, { driver }) => void driver.domains.find(dom.uuid),
  domainMemoryStats: ({ dom, maxStats }, { driver }) => {
    const domain = driver.domains.find(dom.uuid);
    domain.requireActive();
    const current = memoryKiB(domain.current, 'currentMemory');
    const stats = [
      { tag: DomainMemoryStatTags.ACTUAL_BALLOON, val: current },
      { tag: DomainMemoryStatTags.UNUSED, val: Math.floor(current / 2) },
      { tag: DomainMemoryStatTags.AVAILABLE, val: current },
      { tag: DomainMemoryStatTags.USABLE, val: Math.floor(current / 2) },
      { tag: DomainMemoryStatTags.RSS, val: Math.floor(current * 0.6) },
      { tag: DomainMemoryStatTags.LAST_UPDATE, val: Math.floor(driver.nowMs() / 1000) },
    ];
    return { stats: stats.slice(0, maxStats) };
  },

  domainGetMaxVcpus: ({ dom }, { driver }) => ({ num: vcpuCount(driver.domains.find(dom.uuid).current, 'maximum') }),
  domainGetVcpusFlags: ({ dom, flags }, { driver }) => {
    const definition = driver.domains.find(dom.uuid).definitions(flags & WHICH)[0]!;
    return { num: vcpuCount(definition, (flags & DomainVcpuFlags.MAXIMUM) !== 0 ? 'maximum' : 'current') };
  },
  domainSetVcpus: ({ dom, nvcpus }, { driver }) => setVcpus(driver.domains.own(dom.uuid), nvcpus, 'current', LIVE),
  domainSetVcpusFlags: ({ dom, nvcpus, flags }, { driver }) => {
    const which = (flags & MAXIMUM) !== 0 ? 'maximum' : 'current';
    setVcpus(driver.domains.own(dom.uuid), nvcpus, which, flags & WHICH);
  },
  domainGetVcpus: ({ dom, maxinfo, maplen }, { driver }) => {
    const domain = driver.domains.find(dom.uuid);
    domain.requireActive();
    const count = Math.min(vcpuCount(domain.current, 'current'), atMost('maxinfo', maxinfo, REMOTE_VCPUINFO_MAX));
    atMost('maxinfo * maplen', maxinfo * maplen, REMOTE_CPUMAPS_MAX);
    const each = Math.floor(cpuTimeNs(domain, driver.nowMs()) / count);
    const info = Array.from({ length: count }, (_, number) => ({
      number,
      state: VcpuState.RUNNING,
      cpu_time: each,
      cpu: (domain.id + number) % CPUS,
    }));
    return { info, cpumaps: Buffer.concat(info.map(() => allCpus(maplen))) };
  },
  domainGetVcpuPinInfo: ({ dom, ncpumaps, maplen }, { driver }) => {
    atMost('ncpumaps * maplen', ncpumaps * maplen, REMOTE_CPUMAPS_MAX);
    const count = Math.min(vcpuCount(driver.domains.find(dom.uuid).current, 'maximum'), ncpumaps);
    return { cpumaps: Buffer.concat(Array.from({ length: count }, () => allCpus(maplen))), num: count };
  },
  domainGetEmulatorPinInfo: ({ dom, maplen }, { driver }) => {
    driver.domains.find(dom.uuid);
    return { cpumaps: allCpus(atMost('maplen', maplen, REMOTE_CPUMAPS_MAX)), ret: 1 };
  },
  domainGetCPUStats: ({ dom, nparams, ncpus, start_cpu }, { driver }) => {
    const domain = driver.domains.find(dom.uuid);
    domain.requireActive();
    atMost('ncpus', ncpus, REMOTE_DOMAIN_GET_CPU_STATS_NCPUS_MAX);
    // Asked for no CPU, libvirt tells how many there are; asked for CPU -1, the sum of all.
    if (ncpus === 0) return { params: [], nparams: CPUS };
    const total = cpuTimeNs(domain, driver.nowMs());
    const time = start_cpu === -1 ? total : Math.floor(total / CPUS);
    const params = fromTypedParameters({ cpu_time: { type: 'ULLONG', value: time } });
    if (nparams === 0) return { params: [], nparams: 1 };
    return { params: Array.from({ length: ncpus }, () => params).flat(), nparams: 1 };
  },

  domainGetSchedulerType: ({ dom }, { driver }) => {
    driver.domains.find(dom.uuid);
    return { type: 'posix', nparams: SCHEDULER.length };
  },
  domainGetSchedulerParameters: ({ dom }, { driver }) => ({ params: tuning(driver.domains.find(dom.uuid), SCHEDULER) }),
  domainGetSchedulerParametersFlags: ({ dom }, { driver }) => ({
    params: tuning(driver.domains.find(dom.uuid), SCHEDULER),
  }),
  domainSetSchedulerParameters: ({ dom, params }, { driver }) => tune(driver.domains.own(dom.uuid), params, SCHEDULER),
  domainSetSchedulerParametersFlags: ({ dom, params }, { driver }) =>
    tune(driver.domains.own(dom.uuid), params, SCHEDULER),
  domainGetMemoryParameters: ({ dom, nparams }, { driver }) =>
    counted(tuning(driver.domains.find(dom.uuid), MEMORY_LIMITS), nparams),
  domainSetMemoryParameters: ({ dom, params }, { driver }) => tune(driver.domains.own(dom.uuid), params, MEMORY_LIMITS),
  domainGetBlkioParameters: ({ dom, nparams }, { driver }) =>
    counted(tuning(driver.domains.find(dom.uuid), BLKIO), nparams),
  domainSetBlkioParameters: ({ dom, params }, { driver }) => tune(driver.domains.own(dom.uuid), params, BLKIO),
};

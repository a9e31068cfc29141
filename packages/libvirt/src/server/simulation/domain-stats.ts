/** What a simulated guest consumes: even rates that follow from its UUID, for as long as its CPUs have run. */
import { DomainStatsTypes, VcpuState } from '../../generated/enums.ts';
import type { RemoteTypedParam } from '../../generated/remote.ts';
import { fromTypedParameters, type TypedParameters } from '../../typed-parameters.ts';
import { attribute, child, children, type XmlElement } from '../../xml/index.ts';
import { ServerFailure } from '../failure.ts';
import { GUEST_DISK_BYTES } from './baseline.ts';
import { memoryKiB, vcpuCount } from './domain-document.ts';
import type { SimulatedDomain } from './simulated-domain.ts';

export interface BlockUsage {
  readonly readRequests: number;
  readonly readBytes: number;
  readonly writeRequests: number;
  readonly writeBytes: number;
  readonly allocationBytes: number;
  readonly capacityBytes: number;
}

export interface InterfaceUsage {
  readonly rxBytes: number;
  readonly rxPackets: number;
  readonly txBytes: number;
  readonly txPackets: number;
}

/** From 1 to 32 percent of each CPU. */
export function cpuTimeNs(domain: SimulatedDomain, nowMs: number): number {
  return Math.floor(domain.ranMs(nowMs) * 10_000 * rate(domain)) * vcpuCount(domain.current, 'current');
}

export function blockUsage(domain: SimulatedDomain, index: number, nowMs: number): BlockUsage {
  const requests = Math.floor((domain.ranMs(nowMs) / 1000) * (rate(domain) + index));
  return {
    readRequests: requests,
    readBytes: requests * 16_384,
    writeRequests: 2 * requests,
    writeBytes: 2 * requests * 8192,
    allocationBytes: GUEST_DISK_BYTES / 10,
    capacityBytes: GUEST_DISK_BYTES,
  };
}

export function interfaceUsage(domain: SimulatedDomain, index: number, nowMs: number): InterfaceUsage {
  const packets = Math.floor((domain.ranMs(nowMs) / 100) * (rate(domain) + index));
  return { rxPackets: packets, rxBytes: packets * 900, txPackets: packets, txBytes: packets * 300 };
}

export function disksOf(domain: SimulatedDomain): XmlElement[] {
  return children(child(domain.current, 'devices'), 'disk');
}

export function interfacesOf(domain: SimulatedDomain): XmlElement[] {
  return children(child(domain.current, 'devices'), 'interface');
}

const int = (value: number) => ({ type: 'INT', value }) as const;
const uint = (value: number) => ({ type: 'UINT', value }) as const;
const ullong = (value: number) => ({ type: 'ULLONG', value }) as const;
const string = (value: string) => ({ type: 'STRING', value }) as const;

type Group = (domain: SimulatedDomain, nowMs: number) => TypedParameters;

const state: Group = (domain) => ({ 'state.state': int(domain.state), 'state.reason': int(domain.reason) });

const cpuTotal: Group = (domain, nowMs) => {
  const time = cpuTimeNs(domain, nowMs);
  return {
    'cpu.time': ullong(time),
    'cpu.user': ullong(Math.floor(time / 4)),
    'cpu.system': ullong(Math.floor(time / 8)),
  };
};

const balloon: Group = (domain) => {
  const current = memoryKiB(domain.current, 'currentMemory');
  const maximum = { 'balloon.maximum': ullong(memoryKiB(domain.current, 'memory')) };
  if (!domain.isActive) return { 'balloon.current': ullong(current), ...maximum };
  return {
    'balloon.current': ullong(current),
    ...maximum,
    'balloon.available': ullong(current),
    'balloon.unused': ullong(Math.floor(current / 2)),
    'balloon.usable': ullong(Math.floor(current / 2)),
    'balloon.rss': ullong(Math.floor(current * 0.6)),
  };
};

const vcpu: Group = (domain, nowMs) => {
  const current = vcpuCount(domain.current, 'current');
  const counts = {
    'vcpu.current': uint(current),
    'vcpu.maximum': uint(vcpuCount(domain.current, 'maximum')),
  };
  if (!domain.isActive) return counts;
  const timeNs = Math.floor(cpuTimeNs(domain, nowMs) / current);
  const each = Array.from({ length: current }, (_, index) => ({
    [`vcpu.${index}.state`]: int(VcpuState.RUNNING),
    [`vcpu.${index}.time`]: ullong(timeNs),
    [`vcpu.${index}.wait`]: ullong(0),
  }));
  return Object.assign(counts, ...each);
};

const interfaces: Group = (domain, nowMs) => {
  if (!domain.isActive) return {};
  const all = interfacesOf(domain);
  const each = all.map((device, index) => {
    const usage = interfaceUsage(domain, index, nowMs);
    return {
      [`net.${index}.name`]: string(attribute(child(device, 'target'), 'dev') ?? ''),
      [`net.${index}.rx.bytes`]: ullong(usage.rxBytes),
      [`net.${index}.rx.pkts`]: ullong(usage.rxPackets),
      [`net.${index}.rx.errs`]: ullong(0),
      [`net.${index}.rx.drop`]: ullong(0),
      [`net.${index}.tx.bytes`]: ullong(usage.txBytes),
      [`net.${index}.tx.pkts`]: ullong(usage.txPackets),
      [`net.${index}.tx.errs`]: ullong(0),
      [`net.${index}.tx.drop`]: ullong(0),
    };
  });
  return Object.assign({ 'net.count': uint(all.length) }, ...each);
};

const block: Group = (domain, nowMs) => {
  const all = disksOf(domain);
  const each = all.map((device, index) => {
    const usage = blockUsage(domain, index, nowMs);
    const path = attribute(child(device, 'source'), 'file');
    const traffic = {
      [`block.${index}.rd.reqs`]: ullong(usage.readRequests),
      [`block.${index}.rd.bytes`]: ullong(usage.readBytes),
      [`block.${index}.rd.times`]: ullong(usage.readRequests * 100_000),
      [`block.${index}.wr.reqs`]: ullong(usage.writeRequests),
      [`block.${index}.wr.bytes`]: ullong(usage.writeBytes),
      [`block.${index}.wr.times`]: ullong(usage.writeRequests * 100_000),
      [`block.${index}.fl.reqs`]: ullong(Math.floor(usage.writeRequests / 4)),
      [`block.${index}.fl.times`]: ullong(usage.writeRequests * 25_000),
    };
    return {
      [`block.${index}.name`]: string(attribute(child(device, 'target'), 'dev') ?? ''),
      ...(path === undefined ? {} : { [`block.${index}.path`]: string(path) }),
      ...(domain.isActive ? traffic : {}),
      [`block.${index}.allocation`]: ullong(usage.allocationBytes),
      [`block.${index}.capacity`]: ullong(usage.capacityBytes),
      [`block.${index}.physical`]: ullong(usage.allocationBytes),
    };
  });
  return Object.assign({ 'block.count': uint(all.length) }, ...each);
};

const groups: ReadonlyMap<number, Group> = new Map([
  [DomainStatsTypes.STATE, state],
  [DomainStatsTypes.CPU_TOTAL, cpuTotal],
  [DomainStatsTypes.BALLOON, balloon],
  [DomainStatsTypes.VCPU, vcpu],
  [DomainStatsTypes.INTERFACE, interfaces],
  [DomainStatsTypes.BLOCK, block],
]);
const ALL = [...groups.keys()].reduce((all, group) => all | group, 0);

/** `wanted`: virDomainStatsTypes, 0 for all there are. With `enforce` a group that there is not is an error. */
export function domainStats(
  domain: SimulatedDomain,
  wanted: number,
  enforce: boolean,
  nowMs: number,
): RemoteTypedParam[] {
  if (enforce && (wanted & ~ALL) !== 0) {
    throw new ServerFailure('ARGUMENT_UNSUPPORTED', `Stats types bits 0x${wanted.toString(16)} are not supported`);
  }
  const params: TypedParameters = {};
  for (const [group, make] of groups) {
    if (wanted === 0 || (wanted & group) !== 0) Object.assign(params, make(domain, nowMs));
  }
  return fromTypedParameters(params);
}

/** From 1 to 32, the same for a guest at all times. */
function rate(domain: SimulatedDomain): number {
  return (Number.parseInt(domain.uuid.slice(-8), 16) % 32) + 1;
}

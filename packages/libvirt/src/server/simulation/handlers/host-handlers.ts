/** The connection and the machine behind it. */
import { ServerFailure } from '../../failure.ts';
import type { Handlers } from '../../handlers.ts';
import * as node from '../node.ts';
import type { SimulatedHost } from '../simulated-host.ts';

/** virNodeGetCPUStats, virNodeGetMemoryStats: all CPUs, all cells. */
const ALL = -1;
const PAGE_KIB = 4;

export const hostHandlers: Handlers<SimulatedHost> = {
  connectGetType: () => ({ type: node.HYPERVISOR_TYPE }),
  connectGetVersion: () => ({ hv_ver: node.HYPERVISOR_VERSION }),
  connectGetLibVersion: () => ({ lib_ver: node.LIBVIRT_VERSION }),
  connectGetHostname: (_, { driver }) => ({ hostname: node.hostname(driver.identity) }),
  connectGetURI: (_, { driver }) => ({ uri: `test:///${driver.identity.name}` }),
  connectGetSysinfo: (_, { driver }) => ({ sysinfo: node.sysinfoXml(driver.identity) }),
  connectGetMaxVcpus: () => ({ max_vcpus: node.MAX_VCPUS }),
  connectGetCapabilities: (_, { driver }) => ({ capabilities: node.capabilitiesXml(driver.identity) }),
  connectGetDomainCapabilities: (query, { driver }) => ({
    capabilities: node.domainCapabilitiesXml(driver.identity, query),
  }),
  connectGetCPUModelNames: ({ need_results }) => {
    const models = need_results ? node.CPU_MODELS : [];
    return { models, ret: node.CPU_MODELS.length };
  },

  nodeGetInfo: () => node.nodeInfo(),
  nodeGetFreeMemory: (_, { driver }) => ({ freeMem: freeKiB(driver) * 1024 }),
  nodeGetCellsFreeMemory: ({ startCell, maxcells }, { driver }) => {
    const free = Math.floor(freeKiB(driver) / node.nodeInfo().nodes) * 1024;
    return { cells: cellsFrom(startCell, maxcells).map(() => free) };
  },
  nodeGetCPUStats: ({ cpuNum, nparams }, { driver }) => {
    const cpus = cpuNum === ALL ? node.CPUS : 1;
    const upNs = Math.max(driver.nowMs() - driver.identity.bornMs, 0) * 1_000_000 * cpus;
    const parts = { kernel: 0.05, user: 0.25, idle: 0.69, iowait: 0.01 };
    const params = Object.entries(parts).map(([field, part]) => ({ field, value: Math.floor(upNs * part) }));
    // Asked for none, libvirt tells how many there are.
    return { params: nparams === 0 ? [] : params, nparams: params.length };
  },
  nodeGetMemoryStats: ({ cellNum, nparams }, { driver }) => {
    const cells = cellNum === ALL ? 1 : node.nodeInfo().nodes;
    const total = Math.floor(node.MEMORY_KIB / cells);
    const free = Math.floor(freeKiB(driver) / cells);
    const params = Object.entries({ total, free, buffers: 0, cached: 0 }).map(([field, value]) => ({ field, value }));
    return { params: nparams === 0 ? [] : params, nparams: params.length };
  },
  nodeGetCPUMap: ({ need_map, need_online }) => ({
    cpumap: need_map ? node.allCpus() : new Uint8Array(),
    online: need_online ? node.CPUS : 0,
    ret: node.CPUS,
  }),
  nodeGetFreePages: ({ pages, startCell, cellCount }, { driver }) => {
    const free = Math.floor(freeKiB(driver) / PAGE_KIB / node.nodeInfo().nodes);
    const perCell = pages.map((sizeKiB) => (sizeKiB === PAGE_KIB ? free : 0));
    return { counts: cellsFrom(startCell, cellCount).flatMap(() => perCell) };
  },
  nodeGetSecurityModel: () => ({ model: Buffer.from('simulation\0'), doi: Buffer.from('0\0') }),
  nodeGetMemoryParameters: () => ({ params: [], nparams: 0 }),
};

/** An untouched host does not look at each of its guests for that. */
function freeKiB(host: SimulatedHost): number {
  const used = host.identity.domainCount * 1024 * 1024;
  return Math.max(node.MEMORY_KIB - used, Math.floor(node.MEMORY_KIB / 8));
}

/** NUMA cells from a first one on, at most so many. */
function cellsFrom(start: number, most: number): number[] {
  const { nodes } = node.nodeInfo();
  if (start < 0 || start >= nodes)
    throw new ServerFailure('INTERNAL_ERROR', `start cell ${start} out of range (0-${nodes - 1})`);
  return Array.from({ length: nodes }, (_, cell) => cell).slice(start, start + Math.max(most, 0));
}

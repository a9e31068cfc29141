/** Our replies in the shapes in which libvirt-python returns them: what the two must agree on. */
import type { ArgsOf, ProcedureName, RetOf } from '../../caller.ts';
import { TypedParameterType } from '../../generated/enums.ts';
import type { RemoteTypedParam } from '../../generated/remote.ts';

/** Fields of records that libvirt-python returns as lists: it says in its documentation, or libvirt in its headers, which is which. */
type Order = { [Name in ProcedureName]?: readonly (keyof RetOf<Name>)[] };

const order: Order = {
  domainBlockStats: ['rd_req', 'rd_bytes', 'wr_req', 'wr_bytes', 'errs'],
  domainGetBlockInfo: ['capacity', 'allocation', 'physical'],
  domainGetControlInfo: ['state', 'details', 'stateTime'],
  domainGetInfo: ['state', 'maxMem', 'memory', 'nrVirtCpu', 'cpuTime'],
  domainGetJobInfo: [
    ...(['type', 'timeElapsed', 'timeRemaining', 'dataTotal', 'dataProcessed', 'dataRemaining'] as const),
    ...(['memTotal', 'memProcessed', 'memRemaining', 'fileTotal', 'fileProcessed', 'fileRemaining'] as const),
  ],
  domainGetSchedulerType: ['type', 'nparams'],
  domainGetState: ['state', 'reason'],
  domainInterfaceStats: [
    ...(['rx_bytes', 'rx_packets', 'rx_errs', 'rx_drop'] as const),
    ...(['tx_bytes', 'tx_packets', 'tx_errs', 'tx_drop'] as const),
  ],
  storagePoolGetInfo: ['state', 'capacity', 'allocation', 'available'],
  storageVolGetInfo: ['type', 'capacity', 'allocation'],
  storageVolGetInfoFlags: ['type', 'capacity', 'allocation'],
};

type Shapes = { [Name in ProcedureName]?: (ret: RetOf<Name>, args: ArgsOf<Name>) => unknown };

/** For what libvirt-python keeps to itself, or numbers anew. */
export const UNTOLD = Symbol('untold');

/** Where it is neither the reply's only field nor a list of its fields. */
const shapes: Shapes = {
  domainMigrateFinish3: ({ dom }) => dom,
  domainMigrateFinish3Params: ({ dom }) => dom,
  domainGetBlockJobInfo: ({ found, type, bandwidth, cur, end }) => (found === 0 ? {} : { type, bandwidth, cur, end }),
  domainGetCPUStats: ({ params, nparams }) => chunks(params, nparams).map(typedParameters),
  domainGetDiskErrors: ({ errors }) => Object.fromEntries(errors.map(({ disk, error }) => [disk, error])),
  domainGetFSInfo: ({ info }) =>
    info.map(({ mountpoint, name, fstype, dev_aliases }) => [mountpoint, name, fstype, dev_aliases]),
  domainGetIOThreadInfo: ({ info }) => info.map(({ iothread_id, cpumap }) => [iothread_id, cpumap]),
  domainGetSecurityLabel: ({ label, enforcing }) => [cString(label), enforcing !== 0],
  domainGetSecurityLabelList: ({ labels }) => labels.map(({ label, enforcing }) => [cString(label), enforcing !== 0]),
  domainGetJobStats: ({ type, params }) => ({ type, ...typedParameters(params) }),
  domainGetTime: ({ seconds, nseconds }) => ({ seconds, nseconds }),
  domainGetVcpuPinInfo: ({ cpumaps, num }) => chunks(cpumaps, cpumaps.length / num),
  domainGetVcpus: ({ info, cpumaps }) => [
    info.map(({ number, state, cpu_time, cpu }) => [number, state, cpu_time, cpu]),
    chunks(cpumaps, cpumaps.length / info.length),
  ],
  domainInterfaceAddresses: ({ ifaces }) =>
    Object.fromEntries(
      ifaces.map(({ name, hwaddr, addrs }) => [
        name,
        { hwaddr, addrs: addrs.map(({ type, addr, prefix }) => ({ type, addr, prefix })) },
      ]),
    ),
  domainMemoryStats: ({ stats }) => Object.fromEntries(stats.map(({ tag, val }) => [MEMORY_STATS[tag], val])),
  connectGetAllDomainStats: ({ retStats }) => retStats.map(({ dom, params }) => [dom, typedParameters(params)]),
  connectGetCPUModelNames: ({ models }) => models,
  nodeGetCPUMap: ({ cpumap, online, ret }) => [ret, cpumap, online],
  nodeGetFreePages: ({ counts }, { pages, startCell }) =>
    Object.fromEntries(
      chunks(counts, pages.length).map((each, cell) => [
        startCell + cell,
        Object.fromEntries(each.map((count, at) => [pages[at], count])),
      ]),
    ),
  nodeGetInfo: ({ model, memory, cpus, mhz, nodes, sockets, cores, threads }) => [
    ...[cString(model), Math.floor(Number(memory) / 1024)],
    ...[cpus, mhz, nodes, sockets, cores, threads],
  ],
  nodeGetSecurityModel: ({ model, doi }) => [cString(model), cString(doi)],
  qemuDomainMonitorCommandWithFiles: ({ result }) => [result, []],
  // As virt-admin tells it.
  adminConnectGetLibVersion: ({ libVer }) =>
    [1_000_000, 1000, 1].map((unit) => Math.floor(Number(libVer) / unit) % 1000).join('.'),
  adminConnectListServers: ({ servers }) => servers.map(({ name }, at) => [at, name]),
  adminServerListClients: ({ clients }) =>
    clients.map(({ id, transport, timestamp }) => [
      id,
      ['unix', 'tcp', 'tls'][transport],
      new Date(Number(timestamp) * 1000).toISOString().replace('T', ' ').replace('.000Z', '+0000'),
    ]),
  adminConnectGetLoggingFilters: ({ filters }) => filters?.trim() ?? 'filters:',
  adminConnectGetLoggingOutputs: ({ outputs }) => outputs,
};

/** virDomainMemoryStatTags by libvirt-python's names for them. */
const MEMORY_STATS = [
  'swap_in',
  'swap_out',
  'major_fault',
  'minor_fault',
  'unused',
  'available',
  'actual',
  'rss',
  'usable',
  'last_update',
  'disk_caches',
  'hugetlb_pgalloc',
  'hugetlb_pgfail',
];

export function asPython(name: string, ret: unknown, args: unknown): unknown {
  const shape = shapes[name as ProcedureName] as ((ret: unknown, args: unknown) => unknown) | undefined;
  if (shape) return shape(ret, args);
  if (/Register/.test(name)) return UNTOLD;
  if (ret === undefined) return undefined;
  const fieldsInOrder = order[name as ProcedureName] as readonly string[] | undefined;
  if (fieldsInOrder) return fieldsInOrder.map((field) => (ret as Record<string, unknown>)[field]);
  const entries = Object.entries(ret as object);
  // Beside a list stands how many there are, which for Python is its length.
  const fields = entries.filter(([field]) => entries.length === 1 || (field !== 'ret' && field !== 'nparams'));
  if (fields.length !== 1) throw new Error(`${name} has several fields: which comes first in Python?`);
  return plain(fields[0]![1]);
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.length > 0 && isParameter(value[0]) ? typedParameters(value as RemoteTypedParam[]) : value.map(plain);
  }
  if (typeof value !== 'object' || value === null || !('pool' in value && 'key' in value)) return value;
  // A volume's pool is nothing that libvirt-python tells without asking.
  const { pool: _, ...rest } = value;
  return rest;
}

function isParameter(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).join() === 'field,value';
}

/** Of nodeGetCPUStats and nodeGetMemoryStats too, whose values have but one type. */
export function typedParameters(params: readonly { field: string; value: unknown }[]): Record<string, unknown> {
  return Object.fromEntries(params.map(({ field, value }) => [field, typedValue(value)]));
}

function typedValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('type' in value)) return value;
  const typed = value as RemoteTypedParam['value'];
  if (typed.type === TypedParameterType.DOUBLE) return { $double: typed.value };
  return typed.type === TypedParameterType.BOOLEAN ? typed.value !== 0 : typed.value;
}

function chunks<T extends { slice(start: number, end: number): T; readonly length: number }>(
  all: T,
  size: number,
): T[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

/** Text in an array of characters: up to its zero, if it has one. */
function cString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.subarray(0, end === -1 ? undefined : end)).toString();
}

import type { ProcedureName } from '../caller.ts';
import type { Connection } from '../connection.ts';
import { Network } from '../objects/networks.ts';
import { NodeDevice } from '../objects/node-devices.ts';
import { StoragePool } from '../objects/storage-pools.ts';
import { StorageVolume } from '../objects/storage-volumes.ts';

type Face = (connection: Connection) => Promise<unknown>;

const named = { name: 'n', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f' };
const domain = (connection: Connection) => connection.domains.reference({ ...named, id: 1 });
const pool = (connection: Connection) => new StoragePool(connection, named);
const network = (connection: Connection) => new Network(connection, named);
const volume = (connection: Connection) => new StorageVolume(connection, { pool: 'p', name: 'v', key: 'k' });
const device = (connection: Connection) => new NodeDevice(connection, { name: 'computer' });

/** Methods that do something with what a procedure answers. */
export const faces: { readonly [Name in ProcedureName]?: Face } = {
  connectListAllDomains: ({ domains }) => domains.list(),
  connectGetAllDomainStats: ({ domains }) => domains.getAllDomainStats(),
  domainLookupByUUID: ({ domains }) => domains.find(named.uuid),
  domainLookupByName: ({ domains }) => domains.lookupByName('n'),
  connectGetVersion: ({ host }) => host.getVersion(),
  connectGetLibVersion: ({ host }) => host.getLibVersion(),
  nodeGetInfo: ({ host }) => host.getInfo(),
  nodeGetCPUMap: ({ host }) => host.getCPUMap(),
  nodeGetCPUStats: ({ host }) => host.getCPUStats(),
  nodeGetMemoryStats: ({ host }) => host.getMemoryStats(),
  nodeGetFreeMemory: ({ host }) => host.getFreeMemoryBytes(),
  connectGetCPUModelNames: ({ host }) => host.getCPUModelNames('x86_64'),
  connectListAllNetworks: ({ networks }) => networks.list(),
  networkGetDHCPLeases: (connection) => network(connection).getDHCPLeases(),
  networkListAllPorts: (connection) => network(connection).ports.list(),
  connectListAllInterfaces: ({ interfaces }) => interfaces.list(),
  connectListAllStoragePools: ({ storagePools }) => storagePools.list(),
  storagePoolGetInfo: (connection) => pool(connection).getInfo(),
  storagePoolListAllVolumes: (connection) => pool(connection).listVolumes(),
  storageVolGetInfo: (connection) => volume(connection).getInfo(),
  connectListAllNodeDevices: ({ nodeDevices }) => nodeDevices.list(),
  nodeDeviceListCaps: (connection) => device(connection).listCaps(),
  nodeDeviceNumOfCaps: (connection) => device(connection).listCaps(),
  connectListAllSecrets: ({ secrets }) => secrets.list(),
  connectListAllNWFilters: ({ nwfilters }) => nwfilters.list(),
  connectListAllNWFilterBindings: ({ nwfilterBindings }) => nwfilterBindings.list(),
  domainGetInfo: (connection) => domain(connection).getInfo(),
  domainGetState: (connection) => domain(connection).getState(),
  domainGetAutostart: (connection) => domain(connection).getAutostart(),
  domainMemoryStats: (connection) => domain(connection).stats.memory(),
  domainGetCPUStats: (connection) => domain(connection).stats.perCpu(),
  domainBlockStatsFlags: (connection) => domain(connection).stats.block('vda'),
  domainInterfaceStats: (connection) => domain(connection).stats.interface('vnet0'),
  domainGetDiskErrors: (connection) => domain(connection).stats.getDiskErrors(),
  domainGetControlInfo: (connection) => domain(connection).stats.getControlInfo(),
  domainGetVcpus: (connection) => domain(connection).cpus.getVcpus(),
  domainGetMaxVcpus: (connection) => domain(connection).cpus.getVcpus(),
  domainGetVcpuPinInfo: (connection) => domain(connection).cpus.getVcpuPinInfo(),
  domainGetVcpusFlags: (connection) => domain(connection).cpus.getVcpuPinInfo(),
  domainGetEmulatorPinInfo: (connection) => domain(connection).cpus.getEmulatorPinInfo(),
  domainGetIOThreadInfo: (connection) => domain(connection).cpus.getIOThreadInfo(),
  domainGetJobStats: (connection) => domain(connection).job.getStats(),
  domainGetBlockInfo: (connection) => domain(connection).devices.getBlockInfo('vda'),
  domainGetBlockJobInfo: (connection) => domain(connection).blockJobs.getInfo('vda'),
  domainInterfaceAddresses: (connection) => domain(connection).guest.interfaceAddresses('LEASE'),
  domainGetGuestInfo: (connection) => domain(connection).guest.getGuestInfo(),
  domainGetFSInfo: (connection) => domain(connection).guest.getFSInfo(),
  domainGetTime: (connection) => domain(connection).guest.getTime(),
  domainListAllSnapshots: (connection) => domain(connection).snapshots.list(),
  domainListAllCheckpoints: (connection) => domain(connection).checkpoints.list(),
  domainGetSecurityLabelList: (connection) => domain(connection).security.getLabelList(),
  domainGetSchedulerParameters: (connection) => domain(connection).tuning.getSchedulerParameters(),
  domainGetSchedulerType: (connection) => domain(connection).tuning.getSchedulerParameters(),
  domainGetMemoryParameters: (connection) => domain(connection).tuning.getMemoryParameters(),
  domainGetBlockIoTune: (connection) => domain(connection).tuning.getBlockIoTune('vda'),
  domainGetPerfEvents: (connection) => domain(connection).tuning.getPerfEvents(),
};

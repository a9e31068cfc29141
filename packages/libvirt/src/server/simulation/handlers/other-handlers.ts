/** Devices of the host, secrets; and what a simulated host has none of, so that whoever lists everything finds nothing. */
import type { Handlers } from '../../handlers.ts';
import { listNodeDevices, nodeDevice } from '../node-devices.ts';
import type { SimulatedHost } from '../simulated-host.ts';

const devices = (host: SimulatedHost, cap: string | null) =>
  listNodeDevices(host.identity, 0).filter(({ capability }) => cap === null || capability === cap);

export const nodeDeviceHandlers: Handlers<SimulatedHost> = {
  connectListAllNodeDevices: ({ need_results, flags }, { driver }) => {
    const found = listNodeDevices(driver.identity, flags).map(({ name }) => ({ name }));
    return { devices: need_results ? found : [], ret: found.length };
  },
  nodeNumOfDevices: ({ cap }, { driver }) => ({ num: devices(driver, cap).length }),
  nodeListDevices: ({ cap, maxnames }, { driver }) => ({
    names: devices(driver, cap)
      .map(({ name }) => name)
      .slice(0, maxnames),
  }),
  nodeDeviceLookupByName: ({ name }, { driver }) => ({ dev: { name: nodeDevice(driver.identity, name).name } }),
  nodeDeviceGetXMLDesc: ({ name }, { driver }) => ({ xml: nodeDevice(driver.identity, name).xml }),
  nodeDeviceGetParent: ({ name }, { driver }) => ({ parentName: nodeDevice(driver.identity, name).parent }),
  nodeDeviceNumOfCaps: ({ name }, { driver }) => {
    nodeDevice(driver.identity, name);
    return { num: 1 };
  },
  nodeDeviceListCaps: ({ name, maxnames }, { driver }) => ({
    names: [nodeDevice(driver.identity, name).capability].slice(0, maxnames),
  }),
  nodeDeviceGetAutostart: () => ({ autostart: 0 }),
  nodeDeviceIsPersistent: () => ({ persistent: 0 }),
  nodeDeviceIsActive: () => ({ active: 1 }),
};

export const secretHandlers: Handlers<SimulatedHost> = {
  connectListAllSecrets: ({ need_results, flags }, { driver }) => {
    const secrets = driver.secrets.list(flags).map(({ ref }) => ref);
    return { secrets: need_results ? secrets : [], ret: secrets.length };
  },
  connectNumOfSecrets: (_, { driver }) => ({ num: driver.secrets.list().length }),
  connectListSecrets: ({ maxuuids }, { driver }) => ({
    uuids: driver.secrets
      .list()
      .map(({ ref }) => ref.uuid)
      .slice(0, maxuuids),
  }),
  secretLookupByUUID: ({ uuid }, { driver }) => ({ secret: driver.secrets.find(uuid).ref }),
  secretLookupByUsage: ({ usageType, usageID }, { driver }) => ({
    secret: driver.secrets.byUsage(usageType, usageID).ref,
  }),
  secretDefineXML: ({ xml }, { driver }) => ({ secret: driver.secrets.define(xml).ref }),
  secretGetXMLDesc: ({ secret }, { driver }) => ({ xml: driver.secrets.find(secret.uuid).xml }),
  secretSetValue: ({ secret, value }, { driver }) => driver.secrets.setValue(driver.secrets.find(secret.uuid), value),
  secretGetValue: ({ secret }, { driver }) => ({ value: driver.secrets.getValue(driver.secrets.find(secret.uuid)) }),
  secretUndefine: ({ secret }, { driver }) => driver.secrets.undefine(driver.secrets.find(secret.uuid)),
};

export const absentHandlers: Handlers<SimulatedHost> = {
  connectListAllInterfaces: () => ({ ifaces: [], ret: 0 }),
  connectNumOfInterfaces: () => ({ num: 0 }),
  connectListInterfaces: () => ({ names: [] }),
  connectNumOfDefinedInterfaces: () => ({ num: 0 }),
  connectListDefinedInterfaces: () => ({ names: [] }),
  connectListAllNWFilters: () => ({ filters: [], ret: 0 }),
  connectNumOfNWFilters: () => ({ num: 0 }),
  connectListNWFilters: () => ({ names: [] }),
  connectListAllNWFilterBindings: () => ({ bindings: [], ret: 0 }),
  domainSnapshotNum: () => ({ num: 0 }),
  domainSnapshotListNames: () => ({ names: [] }),
  domainListAllSnapshots: () => ({ snapshots: [], ret: 0 }),
  domainHasCurrentSnapshot: () => ({ result: 0 }),
  domainListAllCheckpoints: () => ({ checkpoints: [], ret: 0 }),
};

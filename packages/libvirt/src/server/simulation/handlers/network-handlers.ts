import { ConnectListAllNetworksFlags as FLAG } from '../../../generated/enums.ts';
import { formatXml } from '../../../xml/index.ts';
import type { Handlers } from '../../handlers.ts';
import type { SimulatedHost } from '../simulated-host.ts';

const names = (host: SimulatedHost, flag: number) => host.networks.list(flag).map(({ name }) => name);

export const networkHandlers: Handlers<SimulatedHost> = {
  connectListAllNetworks: ({ need_results, flags }, { driver }) => {
    const networks = driver.networks.list(flags);
    return { nets: need_results ? networks.map(({ ref }) => ref) : [], ret: networks.length };
  },
  connectNumOfNetworks: (_, { driver }) => ({ num: names(driver, FLAG.ACTIVE).length }),
  connectListNetworks: ({ maxnames }, { driver }) => ({ names: names(driver, FLAG.ACTIVE).slice(0, maxnames) }),
  connectNumOfDefinedNetworks: (_, { driver }) => ({ num: names(driver, FLAG.INACTIVE).length }),
  connectListDefinedNetworks: ({ maxnames }, { driver }) => ({
    names: names(driver, FLAG.INACTIVE).slice(0, maxnames),
  }),
  networkLookupByName: ({ name }, { driver }) => ({ net: driver.networks.byName(name).ref }),
  networkLookupByUUID: ({ uuid }, { driver }) => ({ net: driver.networks.find(uuid).ref }),

  networkDefineXML: ({ xml }, { driver }) => ({ net: driver.networks.define(xml).ref }),
  networkDefineXMLFlags: ({ xml }, { driver }) => ({ net: driver.networks.define(xml).ref }),
  networkCreateXML: ({ xml }, { driver }) => ({ net: driver.networks.start(driver.networks.define(xml, false)).ref }),
  networkCreateXMLFlags: ({ xml }, { driver }) => ({
    net: driver.networks.start(driver.networks.define(xml, false)).ref,
  }),
  networkCreate: ({ net }, { driver }) => void driver.networks.start(driver.networks.find(net.uuid)),
  networkDestroy: ({ net }, { driver }) => driver.networks.stop(driver.networks.find(net.uuid)),
  networkUndefine: ({ net }, { driver }) => driver.networks.undefine(driver.networks.find(net.uuid)),

  networkGetXMLDesc: ({ net }, { driver }) => ({ xml: `${formatXml(driver.networks.find(net.uuid).config)}\n` }),
  networkGetBridgeName: ({ net }, { driver }) => ({ name: driver.networks.find(net.uuid).bridge }),
  networkGetAutostart: ({ net }, { driver }) => ({ autostart: driver.networks.find(net.uuid).autostart ? 1 : 0 }),
  networkSetAutostart: ({ net, autostart }, { driver }) => {
    driver.networks.find(net.uuid).autostart = autostart !== 0;
  },
  networkIsActive: ({ net }, { driver }) => ({ active: driver.networks.find(net.uuid).isActive ? 1 : 0 }),
  networkIsPersistent: ({ net }, { driver }) => ({ persistent: driver.networks.find(net.uuid).isPersistent ? 1 : 0 }),
  networkGetDHCPLeases: ({ net, mac, need_results }, { driver }) => {
    const leases = driver.networks.leases(driver.networks.find(net.uuid), mac);
    return { leases: need_results ? leases : [], ret: leases.length };
  },
  networkListAllPorts: ({ network }, { driver }) => {
    driver.networks.find(network.uuid);
    return { ports: [], ret: 0 };
  },
};

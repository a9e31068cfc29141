/** Devices of domains: disks, interfaces, consoles, screens. */
import { DomainInterfaceAddressesSource, IPAddrType } from '../../../generated/enums.ts';
import { fromTypedParameters } from '../../../typed-parameters.ts';
import { attribute, child, children } from '../../../xml/index.ts';
import { ServerFailure } from '../../failure.ts';
import type { Handlers } from '../../handlers.ts';
import { serveConsole } from '../console.ts';
import { attachDevice, detachAlias, detachDevice, deviceNamed, updateDevice } from '../domain-devices.ts';
import { blockUsage, disksOf, interfacesOf, interfaceUsage } from '../domain-stats.ts';
import { addressesOf } from '../networks.ts';
import { screenshot } from '../screenshot.ts';
import type { SimulatedDomain } from '../simulated-domain.ts';
import type { SimulatedHost } from '../simulated-host.ts';

/** virDomainDeviceModifyFlags: what runs, and nothing else. */
const LIVE = 1;
/** LIVE and CONFIG of it; FORCE says nothing here. */
const WHICH = 3;

function diskUsage(host: SimulatedHost, domain: SimulatedDomain, path: string) {
  // An empty path means all disks together; the first stands for them.
  const disks = disksOf(domain);
  const disk = path === '' ? disks[0] : deviceNamed(domain, 'disk', path);
  return blockUsage(domain, disk ? disks.indexOf(disk) : 0, host.nowMs());
}

function runningDisk(host: SimulatedHost, uuid: string, path: string) {
  const domain = host.domains.find(uuid);
  domain.requireActive();
  return diskUsage(host, domain, path);
}

export const domainDeviceHandlers: Handlers<SimulatedHost> = {
  domainAttachDevice: ({ dom, xml }, { driver }) => attachDevice(driver, driver.domains.own(dom.uuid), xml, LIVE),
  domainAttachDeviceFlags: ({ dom, xml, flags }, { driver }) =>
    attachDevice(driver, driver.domains.own(dom.uuid), xml, flags & WHICH),
  domainDetachDevice: ({ dom, xml }, { driver }) => detachDevice(driver, driver.domains.own(dom.uuid), xml, LIVE),
  domainDetachDeviceFlags: ({ dom, xml, flags }, { driver }) =>
    detachDevice(driver, driver.domains.own(dom.uuid), xml, flags & WHICH),
  domainDetachDeviceAlias: ({ dom, alias, flags }, { driver }) =>
    detachAlias(driver, driver.domains.own(dom.uuid), alias, flags & WHICH),
  domainUpdateDeviceFlags: ({ dom, xml, flags }, { driver }) =>
    updateDevice(driver.domains.own(dom.uuid), xml, flags & WHICH),

  domainGetBlockInfo: ({ dom, path }, { driver }) => {
    const usage = diskUsage(driver, driver.domains.find(dom.uuid), path);
    return { allocation: usage.allocationBytes, capacity: usage.capacityBytes, physical: usage.allocationBytes };
  },
  domainBlockStats: ({ dom, path }, { driver }) => {
    const usage = runningDisk(driver, dom.uuid, path);
    return {
      rd_req: usage.readRequests,
      rd_bytes: usage.readBytes,
      wr_req: usage.writeRequests,
      wr_bytes: usage.writeBytes,
      errs: -1,
    };
  },
  domainBlockStatsFlags: ({ dom, path, nparams }, { driver }) => {
    const usage = runningDisk(driver, dom.uuid, path);
    const llong = (value: number) => ({ type: 'LLONG', value }) as const;
    const params = fromTypedParameters({
      rd_bytes: llong(usage.readBytes),
      rd_operations: llong(usage.readRequests),
      wr_bytes: llong(usage.writeBytes),
      wr_operations: llong(usage.writeRequests),
    });
    return { params: nparams === 0 ? [] : params, nparams: params.length };
  },
  domainGetDiskErrors: ({ dom, maxerrors }, { driver }) => {
    driver.domains.find(dom.uuid).requireActive();
    // Asked for none, libvirt tells how many there may be.
    return { errors: [], nerrors: maxerrors === 0 ? disksOf(driver.domains.find(dom.uuid)).length : 0 };
  },
  domainInterfaceStats: ({ dom, device }, { driver }) => {
    const domain = driver.domains.find(dom.uuid);
    domain.requireActive();
    const index = interfacesOf(domain).indexOf(deviceNamed(domain, 'interface', device));
    const usage = interfaceUsage(domain, index, driver.nowMs());
    const none = { rx_errs: 0, rx_drop: 0, tx_errs: 0, tx_drop: 0 };
    return {
      rx_bytes: usage.rxBytes,
      rx_packets: usage.rxPackets,
      tx_bytes: usage.txBytes,
      tx_packets: usage.txPackets,
      ...none,
    };
  },
  domainInterfaceAddresses: ({ dom, source }, { driver }) => {
    const domain = driver.domains.find(dom.uuid);
    domain.requireActive();
    const isAgent = source === DomainInterfaceAddressesSource.AGENT;
    const ifaces = addressesOf(domain).map(({ device, hwaddr, address, prefix }, index) => ({
      name: isAgent ? `eth${index}` : device,
      hwaddr,
      addrs: [{ type: IPAddrType.IPV4, addr: address, prefix }],
    }));
    return { ifaces };
  },

  domainOpenConsole: ({ dom, dev_name }, call) => {
    const domain = call.driver.domains.own(dom.uuid);
    domain.requireActive();
    const consoles = children(child(domain.current, 'devices')).filter(({ name }) =>
      ['serial', 'console'].includes(name),
    );
    const isThere = consoles.some((each) => dev_name === null || attribute(child(each, 'alias'), 'name') === dev_name);
    if (!isThere) throw new ServerFailure('INTERNAL_ERROR', `cannot find console device '${dev_name ?? 'default'}'`);
    call.serveStream((stream) => serveConsole(domain, stream));
  },
  domainScreenshot: ({ dom }, call) => {
    const domain = call.driver.domains.find(dom.uuid);
    domain.requireActive();
    call.serveStream(async (stream) => {
      await stream.write(screenshot(domain.name));
      stream.end();
    });
    return { mime: 'image/x-portable-pixmap' };
  },
  domainSendKey: ({ dom }, { driver }) => driver.domains.find(dom.uuid).requireActive(),
  domainInjectNMI: ({ dom }, { driver }) => driver.domains.find(dom.uuid).requireActive(),
};

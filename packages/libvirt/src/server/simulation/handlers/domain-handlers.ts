/** Finding, defining, starting and stopping domains, and what they are. */
import { ConnectGetAllDomainStatsFlags, ConnectListAllDomainsFlags, DomainXMLFlags } from '../../../generated/enums.ts';
import { formatXml, text } from '../../../xml/index.ts';
import type { Handlers } from '../../handlers.ts';
import { memoryKiB, vcpuCount } from '../domain-document.ts';
import { domainFits } from '../domain-filters.ts';
import { cpuTimeNs, domainStats } from '../domain-stats.ts';
import type { SimulatedHost } from '../simulated-host.ts';

/** virConnectGetAllDomainStatsFlags filters as listing does; these bits say how it works. */
const { BACKING, ENFORCE_STATS, NOWAIT } = ConnectGetAllDomainStatsFlags;
const { ACTIVE, INACTIVE } = ConnectListAllDomainsFlags;

function list(host: SimulatedHost, flags: number) {
  return [...host.domains].filter((domain) => domainFits(domain, flags));
}

export const domainHandlers: Handlers<SimulatedHost> = {
  connectListAllDomains: ({ need_results, flags }, { driver }) => {
    const domains = list(driver, flags);
    return { domains: need_results ? domains.map(({ ref }) => ref) : [], ret: domains.length };
  },
  connectNumOfDomains: (_, { driver }) => ({ num: list(driver, ACTIVE).length }),
  connectListDomains: ({ maxids }, { driver }) => ({
    ids: list(driver, ACTIVE)
      .map(({ id }) => id)
      .slice(0, maxids),
  }),
  connectNumOfDefinedDomains: (_, { driver }) => ({ num: list(driver, INACTIVE).length }),
  connectListDefinedDomains: ({ maxnames }, { driver }) => ({
    names: list(driver, INACTIVE)
      .map(({ name }) => name)
      .slice(0, maxnames),
  }),
  domainLookupByID: ({ id }, { driver }) => ({ dom: driver.domains.byId(id).ref }),
  domainLookupByUUID: ({ uuid }, { driver }) => ({ dom: driver.domains.find(uuid).ref }),
  domainLookupByName: ({ name }, { driver }) => ({ dom: driver.domains.byName(name).ref }),

  domainDefineXML: ({ xml }, { driver }) => ({ dom: driver.domains.define(xml).ref }),
  domainDefineXMLFlags: ({ xml, flags }, { driver }) => ({ dom: driver.domains.define(xml, flags).ref }),
  domainCreateXML: ({ xml_desc, flags }, { driver }) => ({ dom: driver.domains.createTransient(xml_desc, flags).ref }),
  domainUndefine: ({ dom }, { driver }) => driver.domains.undefine(driver.domains.own(dom.uuid), 0),
  domainUndefineFlags: ({ dom, flags }, { driver }) => driver.domains.undefine(driver.domains.own(dom.uuid), flags),
  domainRename: ({ dom, new_name }, { driver }) => {
    driver.domains.rename(driver.domains.own(dom.uuid), new_name ?? '');
    return { retcode: 0 };
  },

  domainCreate: ({ dom }, { driver }) => void driver.domains.start(driver.domains.own(dom.uuid)),
  domainCreateWithFlags: ({ dom, flags }, { driver }) => ({
    dom: driver.domains.start(driver.domains.own(dom.uuid), flags).ref,
  }),
  domainSuspend: ({ dom }, { driver }) => driver.domains.suspend(driver.domains.own(dom.uuid)),
  domainResume: ({ dom }, { driver }) => driver.domains.resume(driver.domains.own(dom.uuid)),
  domainShutdown: ({ dom }, { driver }) => driver.domains.shutdown(driver.domains.own(dom.uuid)),
  domainShutdownFlags: ({ dom }, { driver }) => driver.domains.shutdown(driver.domains.own(dom.uuid)),
  domainReboot: ({ dom }, { driver }) => driver.domains.reboot(driver.domains.find(dom.uuid)),
  domainReset: ({ dom }, { driver }) => driver.domains.reset(driver.domains.find(dom.uuid)),
  domainDestroy: ({ dom }, { driver }) => driver.domains.destroy(driver.domains.own(dom.uuid)),
  domainDestroyFlags: ({ dom }, { driver }) => driver.domains.destroy(driver.domains.own(dom.uuid)),
  domainManagedSave: ({ dom }, { driver }) => driver.domains.managedSave(driver.domains.own(dom.uuid)),
  domainHasManagedSaveImage: ({ dom }, { driver }) => ({
    result: driver.domains.find(dom.uuid).hasManagedSave ? 1 : 0,
  }),
  domainManagedSaveRemove: ({ dom }, { driver }) => {
    driver.domains.own(dom.uuid).hasManagedSave = false;
  },
  domainGetAutostart: ({ dom }, { driver }) => ({ autostart: driver.domains.find(dom.uuid).autostart ? 1 : 0 }),
  domainSetAutostart: ({ dom, autostart }, { driver }) => {
    driver.domains.own(dom.uuid).autostart = autostart !== 0;
  },

  domainGetXMLDesc: ({ dom, flags }, { driver }) => {
    const domain = driver.domains.find(dom.uuid);
    const wantsConfig = (flags & DomainXMLFlags.INACTIVE) !== 0 && domain.isPersistent;
    return { xml: `${formatXml(wantsConfig ? domain.config : domain.current)}\n` };
  },
  domainGetOSType: ({ dom }, { driver }) => ({
    type: text(driver.domains.find(dom.uuid).current, 'os', 'type') ?? 'hvm',
  }),
  domainGetInfo: ({ dom }, { driver }) => {
    const domain = driver.domains.find(dom.uuid);
    return {
      state: domain.state,
      maxMem: memoryKiB(domain.current, 'memory'),
      memory: memoryKiB(domain.current, 'currentMemory'),
      nrVirtCpu: vcpuCount(domain.current, 'current'),
      cpuTime: cpuTimeNs(domain, driver.nowMs()),
    };
  },
  domainGetState: ({ dom }, { driver }) => {
    const { state, reason } = driver.domains.find(dom.uuid);
    return { state, reason };
  },
  domainGetControlInfo: ({ dom }, { driver }) => {
    driver.domains.find(dom.uuid).requireActive();
    return { state: 0, details: 0, stateTime: 0 };
  },
  domainIsActive: ({ dom }, { driver }) => ({ active: driver.domains.find(dom.uuid).isActive ? 1 : 0 }),
  domainIsPersistent: ({ dom }, { driver }) => ({ persistent: driver.domains.find(dom.uuid).isPersistent ? 1 : 0 }),
  domainIsUpdated: ({ dom }, { driver }) => {
    driver.domains.find(dom.uuid);
    return { updated: 0 };
  },
  connectGetAllDomainStats: ({ doms, stats, flags }, { driver }) => {
    const filter = flags & ~(BACKING | ENFORCE_STATS | NOWAIT);
    const wanted = doms.length === 0 ? [...driver.domains] : doms.map(({ uuid }) => driver.domains.find(uuid));
    const enforce = (flags & ENFORCE_STATS) !== 0;
    const nowMs = driver.nowMs();
    const retStats = wanted
      .filter((domain) => domainFits(domain, filter))
      .map((domain) => ({ dom: domain.ref, params: domainStats(domain, stats, enforce, nowMs) }));
    return { retStats };
  },
};

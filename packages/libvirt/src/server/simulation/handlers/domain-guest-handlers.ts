/** What is written down about a domain, and what its guest says. */
import type { Handlers } from '../../handlers.ts';
import { getMetadata, setMetadata } from '../domain-metadata.ts';
import { hostname } from '../node.ts';
import type { SimulatedHost } from '../simulated-host.ts';

export const domainGuestHandlers: Handlers<SimulatedHost> = {
  domainGetMetadata: ({ dom, type, uri, flags }, { driver }) => ({
    metadata: getMetadata(driver.domains.find(dom.uuid), type, uri, flags),
  }),
  domainSetMetadata: ({ dom, flags, ...change }, { driver }) =>
    setMetadata(driver, driver.domains.own(dom.uuid), change, flags),

  domainGetHostname: ({ dom }, { driver }) => {
    const domain = driver.domains.find(dom.uuid);
    domain.requireActive();
    return { hostname: `${domain.name}.${hostname(driver.identity)}` };
  },
  domainGetTime: ({ dom }, { driver }) => {
    driver.domains.find(dom.uuid).requireActive();
    return { seconds: Math.floor(driver.nowMs() / 1000), nseconds: (driver.nowMs() % 1000) * 1_000_000 };
  },
  domainGetSecurityLabel: ({ dom }, { driver }) => {
    driver.domains.find(dom.uuid);
    return { label: Buffer.from('\0'), enforcing: 0 };
  },
  domainGetSecurityLabelList: ({ dom }, { driver }) => {
    driver.domains.find(dom.uuid);
    return { labels: [], ret: 0 };
  },
  domainGetJobInfo: ({ dom }, { driver }) => {
    driver.domains.find(dom.uuid);
    const time = { timeElapsed: 0, timeRemaining: 0 };
    const data = { dataTotal: 0, dataProcessed: 0, dataRemaining: 0 };
    const memory = { memTotal: 0, memProcessed: 0, memRemaining: 0 };
    return { type: 0, ...time, ...data, ...memory, fileTotal: 0, fileProcessed: 0, fileRemaining: 0 };
  },
  domainGetJobStats: ({ dom }, { driver }) => {
    driver.domains.find(dom.uuid);
    return { type: 0, params: [] };
  },
};

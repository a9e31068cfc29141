export { LibvirtLink, type LinkOptions } from './link.ts';
export { findMachineDaemon, type PrivateDaemon, startPrivateDaemon } from './private-daemon.ts';

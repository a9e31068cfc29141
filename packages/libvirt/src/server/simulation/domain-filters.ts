import { DomainState, ConnectListAllDomainsFlags as FLAG } from '../../generated/enums.ts';
import { type FlagGroup, fits } from './list-filter.ts';
import type { SimulatedDomain } from './simulated-domain.ts';

/** Snapshots and checkpoints are not simulated: nobody has any. */
const filters: readonly FlagGroup<SimulatedDomain>[] = [
  [
    [FLAG.ACTIVE, (domain) => domain.isActive],
    [FLAG.INACTIVE, (domain) => !domain.isActive],
  ],
  [
    [FLAG.PERSISTENT, (domain) => domain.isPersistent],
    [FLAG.TRANSIENT, (domain) => !domain.isPersistent],
  ],
  [
    [FLAG.RUNNING, (domain) => domain.state === DomainState.RUNNING],
    [FLAG.PAUSED, (domain) => domain.state === DomainState.PAUSED],
    [FLAG.SHUTOFF, (domain) => domain.state === DomainState.SHUTOFF],
    [FLAG.OTHER, () => false],
  ],
  [
    [FLAG.MANAGEDSAVE, (domain) => domain.hasManagedSave],
    [FLAG.NO_MANAGEDSAVE, (domain) => !domain.hasManagedSave],
  ],
  [
    [FLAG.AUTOSTART, (domain) => domain.autostart],
    [FLAG.NO_AUTOSTART, (domain) => !domain.autostart],
  ],
  [
    [FLAG.HAS_SNAPSHOT, () => false],
    [FLAG.NO_SNAPSHOT, () => true],
  ],
  [
    [FLAG.HAS_CHECKPOINT, () => false],
    [FLAG.NO_CHECKPOINT, () => true],
  ],
];

/** virConnectListAllDomainsFlags. */
export function domainFits(domain: SimulatedDomain, flags: number): boolean {
  return fits(domain, flags, filters);
}

import { enumName } from '../enum-name.ts';
import * as enums from '../generated/enums.ts';

/** A domain's state and why it is in it. */
export interface StateReason {
  /** RUNNING, PAUSED, SHUTOFF, … */
  readonly state: keyof typeof enums.DomainState | `${number}`;
  /** Why, e.g. BOOTED, USER, DESTROYED, IOERROR; its names depend on the state. */
  readonly reason: string;
}

const reasons: Record<string, Readonly<Record<string, number>>> = {
  NOSTATE: enums.DomainNostateReason,
  RUNNING: enums.DomainRunningReason,
  BLOCKED: enums.DomainBlockedReason,
  PAUSED: enums.DomainPausedReason,
  SHUTDOWN: enums.DomainShutdownReason,
  SHUTOFF: enums.DomainShutoffReason,
  CRASHED: enums.DomainCrashedReason,
  PMSUSPENDED: enums.DomainPMSuspendedReason,
};

/** The two numbers of virDomainGetState by name. */
export function stateReason(state: number, reason: number): StateReason {
  const name = enumName(enums.DomainState, state);
  return { state: name, reason: enumName(reasons[name] ?? {}, reason) };
}

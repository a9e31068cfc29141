export { AddressWatcher } from './addresses.ts';
export { VmDisks } from './attach.ts';
export {
  consoleMigrations,
  endTickets,
  issueConsoleTicket,
  redeemConsoleTicket,
  TICKET_PROTOCOL,
} from './console-tickets.ts';
export { VmCreation } from './create.ts';
export { VmDeletion } from './delete.ts';
export { VmGuests } from './guest.ts';
export { VmObserver } from './observe.ts';
export { VmPower } from './power.ts';
export { VmProvision } from './provision.ts';
export { findVm, listVms, toVm, type VmRow } from './queries.ts';
export { computeMigrations } from './table.ts';
export type { PowerAct } from './vm-state.rules.ts';

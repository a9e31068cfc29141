/** The daemon's side of the protocol, and simulated hypervisors behind it. */
export type { HostEvent, Registrar } from './event-registry.ts';
export { EventRegistry } from './event-registry.ts';
export { ServerFailure } from './failure.ts';
export { type Fault, Faults, type Malformation } from './faults.ts';
export type { Call, Client, Handler, Handlers } from './handlers.ts';
export type { OpenDriver } from './opening.ts';
export type { Peer } from './peer.ts';
export { type ListenAddress, Server, type ServerOptions } from './server.ts';
export type { ServerStream } from './server-stream.ts';
export type { HostIdentity } from './simulation/baseline.ts';
export type { SimulatedDomain } from './simulation/simulated-domain.ts';
export type { SimulatedHost } from './simulation/simulated-host.ts';
export { Simulation, type SimulationOptions } from './simulation/simulation.ts';

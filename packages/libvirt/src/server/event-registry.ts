import type { EventMessages } from '../generated/events.ts';
import { ServerFailure } from './failure.ts';

/** What events are about. */
export type Registrar = 'domain' | 'network' | 'storagePool' | 'nodeDevice' | 'secret';

/** What an event needs of the connection that it goes to. */
export interface EventWire {
  emit<Name extends keyof EventMessages>(name: Name, payload: EventMessages[Name]): void;
}

/** An event on its way to whoever registered for it. */
export interface HostEvent {
  /** Which kind of registration it is for. */
  readonly registrar: Registrar;
  /** Of virDomainEventID, virNetworkEventID, … */
  readonly eventID: number;
  /** The UUID (of a node device: the name) of what it is about. */
  readonly about: string;
  /** Sends it with the number of the registration that it is for. */
  readonly send: (to: EventWire, callbackID: number) => void;
  /** The form without a callback id, for clients from before these; newer events have none. */
  readonly sendPlain?: ((to: EventWire) => void) | undefined;
}

interface Registration {
  readonly registrar: Registrar;
  readonly eventID: number;
  /** Only events about this one. */
  readonly about: string | undefined;
  readonly isPlain: boolean;
}

/** Numbers of events of each kind that are known; libvirtd calls others an internal error, too. */
const KNOWN: Readonly<Record<Registrar, number>> = {
  domain: 28,
  network: 2,
  storagePool: 2,
  nodeDevice: 2,
  secret: 2,
};

/** The events that one client wants. */
export class EventRegistry {
  readonly #registrations = new Map<number, Registration>();
  #nextID = 0;

  /** @returns the callback id */
  register(registrar: Registrar, eventID: number, about: string | undefined, isPlain = false): number {
    if (eventID < 0 || eventID >= KNOWN[registrar]) {
      throw new ServerFailure('INTERNAL_ERROR', `unsupported ${registrar} event ID ${eventID}`, 'RPC');
    }
    if (isPlain && this.#plainOf(eventID) !== undefined) {
      throw new ServerFailure('INTERNAL_ERROR', `domain event ${eventID} already registered`, 'RPC');
    }
    const callbackID = this.#nextID++;
    this.#registrations.set(callbackID, { registrar, eventID, about, isPlain });
    return callbackID;
  }

  /** Forgets a registration; INTERNAL_ERROR where there is none. */
  deregister(registrar: Registrar, callbackID: number): void {
    if (this.#registrations.get(callbackID)?.registrar !== registrar) {
      throw new ServerFailure('INTERNAL_ERROR', `${registrar} event callback ${callbackID} not registered`, 'RPC');
    }
    this.#registrations.delete(callbackID);
  }

  /** Forgets the registration without a callback id. */
  deregisterPlain(eventID: number): void {
    const callbackID = this.#plainOf(eventID);
    if (callbackID === undefined) {
      throw new ServerFailure('INTERNAL_ERROR', `domain event ${eventID} not registered`, 'RPC');
    }
    this.#registrations.delete(callbackID);
  }

  /** Sends an event once for each registration that it fits. */
  deliver(event: HostEvent, to: EventWire): void {
    for (const [callbackID, { registrar, eventID, about, isPlain }] of this.#registrations) {
      if (registrar !== event.registrar || eventID !== event.eventID) continue;
      if (about !== undefined && about !== event.about) continue;
      if (isPlain) event.sendPlain?.(to);
      else event.send(to, callbackID);
    }
  }

  #plainOf(eventID: number): number | undefined {
    for (const [callbackID, each] of this.#registrations)
      if (each.isPlain && each.eventID === eventID) return callbackID;
    return undefined;
  }
}

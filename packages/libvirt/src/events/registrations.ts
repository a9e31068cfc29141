import type { Caller } from '../caller.ts';
import { DEFAULT_DEADLINE_MS } from '../rpc/client.ts';
import { waitFor } from '../wait-for.ts';
import type { EventQueue } from './event-queue.ts';
import { type EventKind, eventKinds, type LibvirtEvent, type Registrar } from './kinds.ts';
import type { SubscribeOptions } from './subscription.ts';

/** What is kept of events while a registration is under way; the rest is told as lost. */
const EARLY_EVENTS = 4096;
const EARLY_BYTES = 16 * 1024 * 1024;

type Queue = EventQueue<LibvirtEvent>;

/** What the daemon was asked for once, and the queues of all who want it. */
export interface Registration {
  readonly kind: EventKind;
  readonly key: string;
  readonly queues: Set<Queue>;
  readonly callbackID: Promise<number>;
}

/**
 * What a connection is registered for. A daemon refuses a second registration of the same kind (and domain) on the same
 * connection ("event callback already tracked"), so subscribers share one.
 */
export class Registrations {
  readonly #caller: Caller;
  /** By kind and domain. */
  readonly #shared = new Map<string, Registration>();
  /** Deregistrations under way, by kind and domain: until they are done the same cannot be registered again. */
  readonly #leaving = new Map<string, Promise<void>>();
  /** By registrar and callback id, as messages name them. */
  readonly #receivers = new Map<string, Registration>();
  /** An event may overtake the reply that tells its registration's id: kept while a registration is under way. */
  #registering = 0;
  #early: { receiver: string; event: LibvirtEvent; bytes: number }[] = [];
  #earlyBytes = 0;
  #earlyLost = 0;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Signal and deadline end the wait; what was registered meanwhile is given back. */
  async join(kind: EventKind, queue: Queue, options: SubscribeOptions): Promise<Registration> {
    const key = `${kind}:${options.domain?.uuid ?? ''}`;
    for (let leaving = this.#leaving.get(key); leaving; leaving = this.#leaving.get(key)) await until(leaving, options);
    const registration = this.#shared.get(key) ?? this.#register(kind, key, options);
    registration.queues.add(queue);
    try {
      await until(registration.callbackID, options);
      return registration;
    } catch (error) {
      this.leave(registration, queue).catch(() => undefined);
      throw error;
    }
  }

  /** The last one to leave has the daemon forget it. */
  leave(registration: Registration, queue: Queue): Promise<void> {
    const { key, queues } = registration;
    if (!queues.delete(queue) || queues.size > 0) return Promise.resolve();
    this.#shared.delete(key);
    const leaving = this.#forget(registration).finally(() => this.#leaving.delete(key));
    // Who registers next has no use for the failure of this.
    this.#leaving.set(
      key,
      leaving.catch(() => undefined),
    );
    return leaving;
  }

  /** `bytes`: what the message was on the wire. */
  deliver(receiver: string, event: LibvirtEvent, bytes: number): void {
    const registration = this.#receivers.get(receiver);
    if (registration) for (const queue of registration.queues) queue.push(event, bytes);
    else if (this.#registering === 0) return;
    else if (this.#early.length < EARLY_EVENTS && this.#earlyBytes + bytes <= EARLY_BYTES) {
      this.#early.push({ receiver, event, bytes });
      this.#earlyBytes += bytes;
    } else this.#earlyLost++;
  }

  #register(kind: EventKind, key: string, options: SubscribeOptions): Registration {
    // Without the signal of whoever is first: others may wait for the same.
    const callbackID = register(this.#caller, kind, options);
    const registration = { kind, key, queues: new Set<Queue>(), callbackID };
    this.#shared.set(key, registration);
    this.#registering++;
    callbackID
      .then((id) => this.#adopt(`${eventKinds[kind].registrar}:${id}`, registration))
      .catch(() => this.#shared.delete(key))
      .finally(() => {
        if (--this.#registering === 0) this.#forgetEarly();
      });
    return registration;
  }

  #adopt(receiver: string, registration: Registration): void {
    this.#receivers.set(receiver, registration);
    for (const queue of registration.queues) {
      for (const early of this.#early) if (early.receiver === receiver) queue.push(early.event, early.bytes);
      // Whose they were is not known any more: they may have been of this one.
      if (this.#earlyLost > 0) queue.lose(this.#earlyLost);
    }
  }

  #forgetEarly(): void {
    this.#early = [];
    this.#earlyBytes = 0;
    this.#earlyLost = 0;
  }

  async #forget({ kind, callbackID }: Registration): Promise<void> {
    const id = await callbackID.catch(() => undefined);
    if (id === undefined) return;
    const { registrar } = eventKinds[kind];
    this.#receivers.delete(`${registrar}:${id}`);
    try {
      await deregister(this.#caller, registrar, id);
    } catch (error) {
      // With the connection go its registrations.
      if (!this.#caller.ended.aborted) throw error;
    }
  }
}

function until<T>(promise: Promise<T>, options: SubscribeOptions): Promise<T> {
  return waitFor('events.subscribe', promise, options, DEFAULT_DEADLINE_MS);
}

async function register(caller: Caller, kind: EventKind, options: SubscribeOptions): Promise<number> {
  const { registrar, eventID } = eventKinds[kind];
  switch (registrar) {
    case 'domain': {
      const args = { eventID, dom: options.domain ?? null };
      return (await caller.call('connectDomainEventCallbackRegisterAny', args)).callbackID;
    }
    case 'network':
      return (await caller.call('connectNetworkEventRegisterAny', { eventID, net: null })).callbackID;
    case 'storagePool':
      return (await caller.call('connectStoragePoolEventRegisterAny', { eventID, pool: null })).callbackID;
    case 'nodeDevice':
      return (await caller.call('connectNodeDeviceEventRegisterAny', { eventID, dev: null })).callbackID;
    case 'secret':
      return (await caller.call('connectSecretEventRegisterAny', { eventID, secret: null })).callbackID;
  }
}

function deregister(caller: Caller, registrar: Registrar, callbackID: number): Promise<void> {
  switch (registrar) {
    case 'domain':
      return caller.call('connectDomainEventCallbackDeregisterAny', { callbackID });
    case 'network':
      return caller.call('connectNetworkEventDeregisterAny', { callbackID });
    case 'storagePool':
      return caller.call('connectStoragePoolEventDeregisterAny', { callbackID });
    case 'nodeDevice':
      return caller.call('connectNodeDeviceEventDeregisterAny', { callbackID });
    case 'secret':
      return caller.call('connectSecretEventDeregisterAny', { callbackID });
  }
}

import type { Caller } from '../caller.ts';
import { isLibvirtError, type LibvirtError } from '../errors.ts';
import { eventMessages } from '../generated/events.ts';
import type { FrameHeader } from '../rpc/frame.ts';
import { XdrReader } from '../xdr/reader.ts';
import { EventQueue } from './event-queue.ts';
import { type EventKind, eventKinds, type LibvirtEvent, type Registrar } from './kinds.ts';
import type { EventSource, EventSubscription, SubscribeOptions } from './subscription.ts';

interface Decoder {
  readonly registrar: Registrar;
  readonly name: string;
  readonly decode: (reader: XdrReader) => { callbackID: number; event: LibvirtEvent };
}

/** Event messages by program and procedure number. */
const decoders = new Map<string, Decoder>();
for (const [kind, { registrar, message, shape }] of Object.entries(eventKinds)) {
  const { name, program, number, decode } = eventMessages[message];
  decoders.set(`${program}:${number}`, {
    registrar,
    name,
    decode: (reader) => {
      const payload = decode(reader);
      // `shape` and `message` belong together by the table's own types; a loop over the table cannot show it.
      const fields = (shape as (payload: unknown) => object)(payload);
      return { callbackID: payload.callbackID, event: { kind, ...fields } as LibvirtEvent };
    },
  });
}

// A daemon calls an event number newer than itself an internal error.
const UNSUPPORTED = [
  'INTERNAL_ERROR',
  'NO_SUPPORT',
  'INVALID_ARG',
  'RPC',
  'ARGUMENT_UNSUPPORTED',
  'OPERATION_UNSUPPORTED',
] as const;

/** What is kept of events while a registration is under way; the rest is told as lost. */
const EARLY_EVENTS = 4096;
const EARLY_BYTES = 16 * 1024 * 1024;

/** The events of one connection: registrations by callback id, so that every subscriber gets exactly its own. */
export class Events implements EventSource {
  readonly #caller: Caller;
  readonly #queues = new Map<string, EventQueue<LibvirtEvent>>();
  /** Every subscription, registered or not: all of them end with the connection. */
  readonly #open = new Set<EventQueue<LibvirtEvent>>();
  #ended: LibvirtError | undefined;
  /** An event may overtake the reply that tells its registration's id: kept while a registration is under way. */
  #registering = 0;
  #early: { key: string; event: LibvirtEvent; bytes: number }[] = [];
  #earlyBytes = 0;
  #earlyLost = 0;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  async subscribe<K extends EventKind>(
    kinds: readonly K[],
    options: SubscribeOptions = {},
  ): Promise<EventSubscription<K>> {
    if (this.#ended) throw this.#ended;
    const registered: { kind: K; registrar: Registrar; callbackID: number }[] = [];
    const closed = Promise.withResolvers<void>();
    // Whoever calls close() learns of a failure; whoever just leaves the loop has no use for it.
    closed.promise.catch(() => undefined);
    const queue = new EventQueue<LibvirtEvent>(options.capacity ?? 4096, () => {
      this.#open.delete(queue);
      this.#deregisterAll(registered).then(closed.resolve, closed.reject);
    });
    this.#open.add(queue);
    this.#registering++;
    try {
      for (const kind of kinds) {
        const callbackID = await this.#tryRegister(kind, options);
        if (callbackID === undefined) continue;
        const { registrar } = eventKinds[kind];
        registered.push({ kind, registrar, callbackID });
        this.#adopt(`${registrar}:${callbackID}`, queue);
      }
    } catch (error) {
      // What was registered is given back behind the scenes: a daemon that hangs must not hold up who has given up.
      queue.close();
      throw error;
    } finally {
      this.#registering--;
      if (this.#registering === 0) this.#forgetEarly();
    }
    // Only kinds that were asked for reach this queue.
    const own = queue as unknown as EventQueue<LibvirtEvent<K>>;
    return {
      kinds: registered.map(({ kind }) => kind),
      next: () => own.next(),
      close: () => {
        queue.close();
        return closed.promise;
      },
      [Symbol.asyncIterator]: () => own[Symbol.asyncIterator](),
    };
  }

  /** Takes a message of the daemon; one that is no known event is ignored, as libvirt's own client does. */
  deliver({ program, procedure }: FrameHeader, bytes: Buffer, start: number, end: number): void {
    const decoder = decoders.get(`${program}:${procedure}`);
    if (!decoder) return;
    const reader = new XdrReader(bytes, start, end, decoder.name);
    const { callbackID, event } = decoder.decode(reader);
    reader.finish();
    const key = `${decoder.registrar}:${callbackID}`;
    const queue = this.#queues.get(key);
    const size = end - start;
    if (queue) queue.push(event, size);
    else if (this.#registering === 0) return;
    else if (this.#early.length < EARLY_EVENTS && this.#earlyBytes + size <= EARLY_BYTES) {
      this.#early.push({ key, event, bytes: size });
      this.#earlyBytes += size;
    } else this.#earlyLost++;
  }

  fail(error: LibvirtError): void {
    this.#ended = error;
    for (const queue of this.#open) queue.fail(error);
    this.#queues.clear();
    this.#forgetEarly();
  }

  #adopt(key: string, queue: EventQueue<LibvirtEvent>): void {
    this.#queues.set(key, queue);
    for (const early of this.#early) if (early.key === key) queue.push(early.event, early.bytes);
    this.#early = this.#early.filter((early) => early.key !== key);
    // Whose they were is not known any more: they may have been of this one.
    if (this.#earlyLost > 0) queue.lose(this.#earlyLost);
  }

  #forgetEarly(): void {
    this.#early = [];
    this.#earlyBytes = 0;
    this.#earlyLost = 0;
  }

  async #tryRegister(kind: EventKind, options: SubscribeOptions): Promise<number | undefined> {
    try {
      return await this.#register(kind, options);
    } catch (error) {
      if (options.skipUnsupported && isLibvirtError(error, ...UNSUPPORTED)) return undefined;
      throw error;
    }
  }

  async #register(kind: EventKind, options: SubscribeOptions): Promise<number> {
    const { registrar, eventID } = eventKinds[kind];
    switch (registrar) {
      case 'domain':
        return (
          await this.#caller.call(
            'connectDomainEventCallbackRegisterAny',
            { eventID, dom: options.domain ?? null },
            options,
          )
        ).callbackID;
      case 'network':
        return (await this.#caller.call('connectNetworkEventRegisterAny', { eventID, net: null }, options)).callbackID;
      case 'storagePool':
        return (await this.#caller.call('connectStoragePoolEventRegisterAny', { eventID, pool: null }, options))
          .callbackID;
      case 'nodeDevice':
        return (await this.#caller.call('connectNodeDeviceEventRegisterAny', { eventID, dev: null }, options))
          .callbackID;
      case 'secret':
        return (await this.#caller.call('connectSecretEventRegisterAny', { eventID, secret: null }, options))
          .callbackID;
    }
  }

  async #deregisterAll(registered: readonly { registrar: Registrar; callbackID: number }[]): Promise<void> {
    for (const { registrar, callbackID } of registered) {
      this.#queues.delete(`${registrar}:${callbackID}`);
      try {
        await this.#deregister(registrar, callbackID);
      } catch (error) {
        // With the connection go its registrations.
        if (!this.#ended) throw error;
      }
    }
  }

  #deregister(registrar: Registrar, callbackID: number): Promise<void> {
    switch (registrar) {
      case 'domain':
        return this.#caller.call('connectDomainEventCallbackDeregisterAny', { callbackID });
      case 'network':
        return this.#caller.call('connectNetworkEventDeregisterAny', { callbackID });
      case 'storagePool':
        return this.#caller.call('connectStoragePoolEventDeregisterAny', { callbackID });
      case 'nodeDevice':
        return this.#caller.call('connectNodeDeviceEventDeregisterAny', { callbackID });
      case 'secret':
        return this.#caller.call('connectSecretEventDeregisterAny', { callbackID });
    }
  }
}

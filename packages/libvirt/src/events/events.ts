import type { Caller } from '../caller.ts';
import { isLibvirtError, type LibvirtError } from '../errors.ts';
import { eventMessages } from '../generated/events.ts';
import type { FrameHeader } from '../rpc/frame.ts';
import { XdrReader } from '../xdr/reader.ts';
import { EventQueue } from './event-queue.ts';
import { type EventKind, eventKinds, type LibvirtEvent, type Registrar } from './kinds.ts';
import { type Registration, Registrations } from './registrations.ts';
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

/** The events of one connection. Every subscriber gets exactly what it asked for. */
export class Events implements EventSource {
  readonly #registrations: Registrations;
  /** Every subscription, registered or not: all of them end with the connection. */
  readonly #open = new Set<EventQueue<LibvirtEvent>>();
  #ended: LibvirtError | undefined;

  constructor(caller: Caller) {
    this.#registrations = new Registrations(caller);
  }

  /**
   * Registers for kinds of events (virConnectDomainEventRegisterAny and its like); closing the subscription
   * deregisters.
   */
  async subscribe<K extends EventKind>(
    kinds: readonly K[],
    options: SubscribeOptions = {},
  ): Promise<EventSubscription<K>> {
    if (this.#ended) throw this.#ended;
    const joined: Registration[] = [];
    const closed = Promise.withResolvers<void>();
    // Whoever calls close() learns of a failure; whoever just leaves the loop has no use for it.
    closed.promise.catch(() => undefined);
    const queue = new EventQueue<LibvirtEvent>(options.capacity ?? 4096, () => {
      this.#open.delete(queue);
      const left = joined.map((registration) => this.#registrations.leave(registration, queue));
      Promise.all(left).then(() => closed.resolve(), closed.reject);
    });
    this.#open.add(queue);
    try {
      for (const kind of new Set(kinds)) {
        const registration = await this.#tryJoin(kind, queue, options);
        if (registration) joined.push(registration);
      }
    } catch (error) {
      // What was registered is given back behind the scenes: a daemon that hangs must not hold up who has given up.
      queue.close();
      throw error;
    }
    // Only kinds that were asked for reach this queue.
    const own = queue as unknown as EventQueue<LibvirtEvent<K>>;
    return {
      kinds: joined.map(({ kind }) => kind as K),
      next: () => own.next(),
      close: () => {
        queue.close();
        return closed.promise;
      },
      [Symbol.asyncIterator]: () => own[Symbol.asyncIterator](),
    };
  }

  /** @internal Takes a message of the daemon; one that is no known event is ignored, as libvirt's own client does. */
  deliver({ program, procedure }: FrameHeader, bytes: Buffer, start: number, end: number): void {
    const decoder = decoders.get(`${program}:${procedure}`);
    if (!decoder) return;
    const reader = new XdrReader(bytes, start, end, decoder.name);
    const { callbackID, event } = decoder.decode(reader);
    reader.finish();
    this.#registrations.deliver(`${decoder.registrar}:${callbackID}`, event, end - start);
  }

  /** @internal The connection has ended. */
  fail(error: LibvirtError): void {
    this.#ended = error;
    for (const queue of this.#open) queue.fail(error);
  }

  async #tryJoin(
    kind: EventKind,
    queue: EventQueue<LibvirtEvent>,
    options: SubscribeOptions,
  ): Promise<Registration | undefined> {
    try {
      return await this.#registrations.join(kind, queue, options);
    } catch (error) {
      if (options.skipUnsupported && isLibvirtError(error, ...UNSUPPORTED)) return undefined;
      throw error;
    }
  }
}

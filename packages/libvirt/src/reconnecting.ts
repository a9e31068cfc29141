import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, type ConnectOptions, connect } from './connection.ts';
import { LibvirtError } from './errors.ts';
import { EventQueue, type OverflowNotice, weighBytes } from './events/event-queue.ts';
import { allEventKinds, type EventKind, type LibvirtEvent } from './events/kinds.ts';

/** What happens to the connection, in line with the events of the host. */
export type ReconnectingEvent<K extends EventKind = EventKind> =
  | LibvirtEvent<K>
  /** A connection is up and its events are registered. */
  | { readonly kind: 'up'; readonly connection: Connection }
  /** Comes after each 'up' and after each loss of events: whatever is known must be asked again. */
  | { readonly kind: 'resynchronise' }
  /** The connection ended, or an attempt failed; the next one follows after `retryMs`. */
  | { readonly kind: 'down'; readonly error: LibvirtError; readonly retryMs: number };

/** As for `connect`, and how to come back. */
export interface ReconnectOptions extends Omit<ConnectOptions, 'signal'> {
  /** Ends it for good. */
  readonly signal: AbortSignal;
  /** Events to register on each connection; those a host does not know are left out. Default all. */
  readonly kinds?: readonly EventKind[] | undefined;
  /** Events that may wait before the newest are dropped and 'resynchronise' takes their place. Default 16,384. */
  readonly capacity?: number | undefined;
  /** First and longest pause between attempts; it doubles, with a random part so that many hosts spread. */
  readonly minimumRetryMs?: number | undefined;
  /** Longest pause between attempts. Default 30,000. */
  readonly maximumRetryMs?: number | undefined;
}

/**
 * Keeps a connection to a daemon alive until its signal aborts. Iterate it for everything that happens; `current` is the
 * connection that is up.
 */
export class ReconnectingConnection implements AsyncIterable<ReconnectingEvent> {
  readonly #options: ReconnectOptions;
  readonly #queue: EventQueue<ReconnectingEvent>;
  readonly #stopped: Promise<void>;
  readonly #waiting = new Set<PromiseWithResolvers<Connection>>();
  #current: Connection | undefined;
  #isIterated = false;

  constructor(options: ReconnectOptions) {
    this.#options = options;
    this.#queue = new EventQueue(options.capacity ?? 16_384, () => undefined);
    this.#stopped = this.#run();
  }

  /** The connection, while it is up. */
  get current(): Connection | undefined {
    return this.#current?.isOpen ? this.#current : undefined;
  }

  /** The connection, now or as soon as it is up. */
  async ready(signal: AbortSignal): Promise<Connection> {
    if (this.current) return this.current;
    const waiter = Promise.withResolvers<Connection>();
    const end = () => waiter.reject(new LibvirtError({ code: 'ABORTED', message: 'no connection yet: aborted' }));
    const signals = [signal, this.#options.signal];
    if (signals.some(({ aborted }) => aborted)) end();
    for (const each of signals) each.addEventListener('abort', end, { once: true });
    this.#waiting.add(waiter);
    try {
      return await waiter.promise;
    } finally {
      this.#waiting.delete(waiter);
      for (const each of signals) each.removeEventListener('abort', end);
    }
  }

  /** Resolves when the signal has ended it and the connection is closed. */
  get stopped(): Promise<void> {
    return this.#stopped;
  }

  /** All that happens, until its signal aborts. One consumer at a time. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ReconnectingEvent, void, void> {
    this.#isIterated = true;
    for await (const event of this.#queue) yield event.kind === 'overflow' ? { kind: 'resynchronise' } : event;
  }

  async #run(): Promise<void> {
    const { signal } = this.#options;
    const minimum = this.#options.minimumRetryMs ?? 250;
    const maximum = this.#options.maximumRetryMs ?? 30_000;
    let pause = minimum;
    while (!signal.aborted) {
      const error = await this.#live(() => {
        pause = minimum;
      });
      if (signal.aborted) break;
      const retryMs = Math.round(pause * (0.5 + Math.random() / 2));
      // Who never iterates must not have every connection that is gone kept for him.
      if (!this.#isIterated) this.#queue.clear();
      this.#queue.push({ kind: 'down', error, retryMs });
      pause = Math.min(pause * 2, maximum);
      // Ends early, by rejection, when the signal aborts; the loop sees that itself.
      await delay(retryMs, undefined, { signal }).catch(() => undefined);
    }
    this.#queue.close();
  }

  /** One life of a connection; resolves with what ended it. */
  async #live(onUp: () => void): Promise<LibvirtError> {
    const { signal, kinds = allEventKinds } = this.#options;
    let connection: Connection | undefined;
    const stop = () => void connection?.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      connection = await connect(this.#options);
      const subscription = await connection.events.subscribe(kinds, {
        skipUnsupported: true,
        capacity: this.#options.capacity,
        signal,
      });
      onUp();
      this.#announce(connection);
      for await (const event of subscription) this.#queue.push(forward(event), weighBytes(event));
      return await connection.closed;
    } catch (error) {
      if (error instanceof LibvirtError) return error;
      throw error;
    } finally {
      this.#current = undefined;
      signal.removeEventListener('abort', stop);
      await connection?.close();
    }
  }

  #announce(connection: Connection): void {
    this.#current = connection;
    for (const waiter of this.#waiting) waiter.resolve(connection);
    this.#queue.push({ kind: 'up', connection });
    this.#queue.push({ kind: 'resynchronise' });
  }
}

function forward(event: LibvirtEvent | OverflowNotice): ReconnectingEvent {
  return event.kind === 'overflow' ? { kind: 'resynchronise' } : event;
}

import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { asSpiceError, SpiceError } from '../wire/error.ts';
import { Framer } from '../wire/framer.ts';
import { type AbortSignalLike, host } from '../wire/host.ts';
import { type LinkResult, link } from '../wire/link.ts';
import { CHANNEL_NUMBERS, type ChannelType, MSG, MSGC } from '../wire/protocol.ts';
import type { Transport } from '../wire/transport.ts';

/** What a channel needs of the session it belongs to. */
export interface ChannelOwner {
  /** Resolves when another channel has processed its message number `serial`; that may have happened already. */
  processed(type: number, id: number, serial: bigint): Promise<void>;
  /** Called after each processed message. */
  progressed(channel: Channel): void;
  /** Called once per channel that was linked: `error` says why, undefined for an orderly end. */
  ended(channel: Channel, error: SpiceError | undefined): void;
}

export interface LinkOptions {
  transport: Transport;
  connectionId: number;
  password: string;
  timeoutMs: number;
  signal?: AbortSignalLike | undefined;
}

type State = 'new' | 'linking' | 'open' | 'closed';

/**
 * One SPICE channel: link, message framing, acknowledgement windows, pings, and waiting for other channels. Messages
 * are handled strictly in order; a handler that returns a promise holds up those behind it, and since nothing is
 * acknowledged meanwhile, the server stops sending.
 */
export abstract class Channel {
  readonly type: ChannelType;
  readonly id: number;
  /** Serial of the last message processed; messages count from 1. */
  serial = 0n;
  protected serverCapabilities: readonly number[] = [];
  protected readonly owner: ChannelOwner;
  readonly #framer = new Framer();
  readonly #reader = new ByteReader();
  #transport: Transport | undefined;
  #state: State = 'new';
  #busy = false;
  #sent = 0n;
  #ackWindow = 0;
  #unacked = 0;
  #wake: (() => void) | undefined;
  #failure: SpiceError | undefined;

  constructor(type: ChannelType, id: number, owner: ChannelOwner) {
    this.type = type;
    this.id = id;
    this.owner = owner;
  }

  get name(): string {
    return this.id === 0 ? this.type : `${this.type}[${this.id}]`;
  }

  /** Capability numbers to announce (SPICE_*_CAP_*). */
  protected abstract readonly capabilities: readonly number[];

  /** Sends what opens the channel's conversation, where there is something to send. */
  protected opened?(): void;

  /** One message; `body` is only valid until this returns or its promise settles. */
  protected abstract handle(type: number, body: ByteReader): void | Promise<void>;

  /** @throws SpiceError link | auth | timeout | aborted | closed */
  async open({ transport, connectionId, password, timeoutMs, signal }: LinkOptions): Promise<void> {
    this.#transport = transport;
    this.#state = 'linking';
    const timer = host.setTimeout(() => {
      this.#end(new SpiceError('timeout', `no link within ${timeoutMs} ms`));
    }, timeoutMs);
    const abort = (): void => this.#end(new SpiceError('aborted', 'the caller gave up'));
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      if (this.#state === 'linking') {
        transport.start({ data: (chunk) => this.#receive(chunk), closed: (reason) => this.#closed(reason) });
      }
      const result = await this.#link(connectionId, password);
      this.#framer.mini = result.miniHeader;
      this.serverCapabilities = result.channelCapabilities;
      this.#state = 'open';
      this.opened?.();
      this.#drain();
    } catch (thrown) {
      const error = asSpiceError(thrown, 'link').at(this.name);
      this.#end(error);
      throw error;
    } finally {
      host.clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  send(type: number, body?: Uint8Array): void {
    if (this.#state !== 'open') return;
    const size = body?.length ?? 0;
    this.#sent++;
    const writer = new ByteWriter(18 + size);
    if (!this.#framer.mini) writer.u64(this.#sent);
    writer.u16(type).u32(size);
    if (!this.#framer.mini) writer.u32(0);
    if (body) writer.put(body);
    this.#transport?.send(writer.finish());
  }

  close(): void {
    this.#end(undefined);
  }

  async #link(connectionId: number, password: string): Promise<LinkResult> {
    const channelCapabilities = this.capabilities;
    const steps = link({ type: this.type, id: this.id, connectionId, channelCapabilities, password });
    let given: Uint8Array = new Uint8Array(0);
    for (;;) {
      this.#assertAlive();
      const step = steps.next(given);
      if (step.done) return step.value;
      if ('send' in step.value) this.#transport?.send(step.value.send);
      else given = await this.#bytes(step.value.need);
    }
  }

  async #bytes(count: number): Promise<Uint8Array> {
    for (;;) {
      this.#assertAlive();
      const bytes = this.#framer.take(count);
      if (bytes) return bytes;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #assertAlive(): void {
    if (this.#state === 'closed') throw this.#failure ?? new SpiceError('closed', 'closed while linking');
  }

  #receive(chunk: Uint8Array): void {
    if (this.#state === 'closed') return;
    try {
      this.#framer.push(chunk);
    } catch (thrown) {
      this.#end(asSpiceError(thrown, 'malformed').at(this.name));
      return;
    }
    if (this.#state === 'open') this.#drain();
    else this.#wake?.();
  }

  #drain(): void {
    const framer = this.#framer;
    try {
      while (!this.#busy && this.#state === 'open' && framer.next()) {
        const pending = this.#message(framer.type, framer.bodyStart, framer.bodyEnd, framer.subList);
        if (pending) this.#resumeAfter(pending, framer.type);
        else this.#processed();
      }
    } catch (thrown) {
      this.#end(asSpiceError(thrown, 'malformed').at(this.name, framer.type));
    }
  }

  #resumeAfter(pending: Promise<void>, type: number): void {
    this.#busy = true;
    pending.then(
      () => {
        this.#busy = false;
        if (this.#state !== 'open') return;
        this.#processed();
        this.#drain();
      },
      (thrown: unknown) => this.#end(asSpiceError(thrown, 'malformed').at(this.name, type)),
    );
  }

  #processed(): void {
    this.serial++;
    if (this.#ackWindow > 0 && ++this.#unacked >= this.#ackWindow) {
      this.#unacked = 0;
      this.send(MSGC.ACK);
    }
    this.owner.progressed(this);
  }

  #message(type: number, start: number, end: number, subList: number): void | Promise<void> {
    const { bytes } = this.#framer;
    if (subList === 0 && type !== MSG.LIST) return this.#dispatch(type, this.#reader.reset(bytes, start, end));
    return this.#list(type, bytes, start, end, subList);
  }

  /** Sub-messages first, in order, then the message that carries them. */
  async #list(type: number, bytes: Uint8Array, start: number, end: number, subList: number): Promise<void> {
    const list = new ByteReader().reset(bytes, start, end);
    list.jump(subList);
    const offsets = Array.from({ length: list.u16() }, () => list.u32());
    for (const offset of offsets) {
      list.jump(offset);
      const subType = list.u16();
      const size = list.u32();
      list.need(size);
      await this.#dispatch(subType, new ByteReader().reset(bytes, list.at, list.at + size));
    }
    if (type !== MSG.LIST) await this.#dispatch(type, new ByteReader().reset(bytes, start, end));
  }

  #dispatch(type: number, body: ByteReader): void | Promise<void> {
    switch (type) {
      case MSG.SET_ACK: {
        const generation = body.u32();
        this.#ackWindow = body.u32();
        // The message itself does not count.
        this.#unacked = -1;
        this.send(MSGC.ACK_SYNC, new ByteWriter(4).u32(generation).finish());
        return;
      }
      case MSG.PING:
        this.send(MSGC.PONG, body.take(12));
        return;
      case MSG.WAIT_FOR_CHANNELS:
        return this.waitForChannels(body);
      case MSG.DISCONNECTING:
        this.#end(new SpiceError('closed', 'the server is disconnecting').at(this.name));
        return;
      case MSG.NOTIFY:
        return;
      case MSG.MIGRATE:
      case MSG.MIGRATE_DATA:
        throw new SpiceError('unsupported', 'migration of the session to another host');
      default:
        return this.handle(type, body);
    }
  }

  /** wait_count u8, then channel type u8, id u8, message serial u64 of each. */
  protected waitForChannels(body: ByteReader): Promise<void> {
    const waits = Array.from({ length: body.u8() }, () => this.owner.processed(body.u8(), body.u8(), body.u64()));
    return Promise.all(waits).then(() => undefined);
  }

  #closed(reason: Error | undefined): void {
    const error = reason
      ? new SpiceError('transport', reason.message, { cause: reason })
      : new SpiceError('closed', 'the connection was closed');
    this.#end(error.at(this.name));
  }

  #end(error: SpiceError | undefined): void {
    if (this.#state === 'closed') return;
    const linked = this.#state === 'open';
    this.#state = 'closed';
    this.#failure = error;
    this.#transport?.close();
    this.#wake?.();
    if (linked) this.owner.ended(this, error);
  }
}

export function channelNumber(channel: Channel): number {
  return CHANNEL_NUMBERS[channel.type];
}

import { generateKeyPairSync } from 'node:crypto';
import type { ChannelAccess } from '../../session.ts';
import { ByteReader } from '../../wire/byte-reader.ts';
import { ByteWriter } from '../../wire/byte-writer.ts';
import { CHANNEL_NUMBERS, type ChannelType, MSG_MAIN } from '../../wire/protocol.ts';
import type { Transport, TransportSink } from '../../wire/transport.ts';

const { publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
});

/** A message that the client sent. */
export interface Received {
  type: number;
  body: Uint8Array;
}

/** The server's end of one channel: links by itself, then says what the test tells it to, cut as the test likes. */
export class FakeChannel implements Transport {
  readonly received: Received[] = [];
  readonly #cut: number;
  #sink: TransportSink | undefined;
  #pending: Uint8Array = new Uint8Array(0);
  #step: 'hello' | 'ticket' | 'messages' = 'hello';

  /** @param cut bytes of each chunk that the client gets */
  constructor(cut: number) {
    this.#cut = cut;
  }

  start(sink: TransportSink): void {
    this.#sink = sink;
  }

  send(bytes: Uint8Array): void {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    this.#advance();
  }

  close(): void {
    this.#sink = undefined;
  }

  get open(): boolean {
    return this.#sink !== undefined;
  }

  /** One message to the client. */
  say(type: number, body: ByteWriter | Uint8Array = new Uint8Array(0)): void {
    const bytes = body instanceof ByteWriter ? body.finish() : body;
    this.sayBytes(new ByteWriter().u16(type).u32(bytes.length).put(bytes).finish());
  }

  sayBytes(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += this.#cut) this.#sink?.data(bytes.slice(at, at + this.#cut));
  }

  hangUp(): void {
    this.#sink?.closed();
  }

  #advance(): void {
    if (this.#step === 'hello' && this.#pending.length >= 16) {
      const size = 16 + new ByteReader().reset(this.#pending, 12).u32();
      if (this.#pending.length < size) return;
      this.#pending = this.#pending.subarray(size);
      this.#step = 'ticket';
      const body = new ByteWriter().u32(0).put(publicKey).u32(1).u32(1).u32(178).u32(0b1011).u32(0xffffffff).finish();
      const header = new ByteWriter().put(Buffer.from('REDQ')).u32(2).u32(2).u32(body.length);
      this.#later(header.put(body).finish());
      return;
    }
    if (this.#step === 'ticket' && this.#pending.length >= 132) {
      this.#pending = this.#pending.subarray(132);
      this.#step = 'messages';
      this.#later(new ByteWriter().u32(0).finish());
    }
    while (this.#step === 'messages' && this.#pending.length >= 6) {
      const reader = new ByteReader().reset(this.#pending);
      const type = reader.u16();
      const size = reader.u32();
      if (reader.remaining < size) return;
      this.received.push({ type, body: reader.take(size).slice() });
      this.#pending = this.#pending.subarray(6 + size);
    }
  }

  /** As from a network: never while the client is still sending. */
  #later(bytes: Uint8Array): void {
    queueMicrotask(() => this.sayBytes(bytes));
  }
}

export interface Offered {
  type: ChannelType;
  id: number;
}

/** A SPICE server that offers the given channels. */
export class FakeServer {
  readonly channels = new Map<string, FakeChannel>();
  readonly #cut: number;
  readonly #offer: readonly Offered[];
  readonly #silent: boolean;

  constructor(
    offer: readonly Offered[],
    cut = Number.POSITIVE_INFINITY,
    manners: 'introduces itself' | 'says nothing' = 'introduces itself',
  ) {
    this.#offer = offer;
    this.#cut = cut;
    this.#silent = manners === 'says nothing';
  }

  readonly openChannel = async (type: ChannelType, id: number): Promise<ChannelAccess> => {
    const channel = new FakeChannel(this.#cut);
    this.channels.set(`${type}${id}`, channel);
    if (type === 'main' && !this.#silent) void this.#introduce(channel);
    return { transport: channel };
  };

  channel(type: ChannelType, id = 0): FakeChannel {
    const channel = this.channels.get(`${type}${id}`);
    if (!channel) throw new Error(`${type} was not opened`);
    return channel;
  }

  async #introduce(main: FakeChannel): Promise<void> {
    // The client is linked once it has its result; a turn of the event loop is enough for that.
    await new Promise((resolve) => setTimeout(resolve, 5));
    const init = new ByteWriter().u32(1234).u32(1).u32(3).u32(1).u32(0).u32(10).u32(0).u32(0);
    main.say(MSG_MAIN.INIT, init);
    const list = new ByteWriter().u32(this.#offer.length);
    for (const { type, id } of this.#offer) list.u8(CHANNEL_NUMBERS[type]).u8(id);
    main.say(MSG_MAIN.CHANNELS_LIST, list);
  }
}

import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { SpiceError } from '../wire/error.ts';
import { Framer } from '../wire/framer.ts';
import { CHANNEL_NUMBERS, type ChannelType, COMMON_CAP, channelTypeOf, hasCapability } from '../wire/protocol.ts';
import type { Transport } from '../wire/transport.ts';

/** A message that a server sent. */
export interface RecordedMessage {
  /** Milliseconds since the recording began. */
  atMs: number;
  channel: { type: ChannelType; id: number };
  type: number;
  body: Uint8Array;
}

/**
 * What a server said in a session, from its beginning on, so that it can be said again (`server/replay.ts`). As a file:
 *
 *     "SPICEREC" version u32 (1), then of each message: at u32 (ms), channel type u8, channel id u8, type u16, size u32, body
 */
export class Recording {
  readonly messages: readonly RecordedMessage[];

  constructor(messages: readonly RecordedMessage[]) {
    this.messages = messages;
  }

  /** @throws SpiceError malformed | truncated */
  static parse(file: Uint8Array): Recording {
    const reader = new ByteReader().reset(file);
    for (const byte of MAGIC)
      if (reader.u8() !== byte) throw new SpiceError('malformed', 'not a recording', { offset: 0 });
    const version = reader.u32();
    if (version !== VERSION) throw new SpiceError('malformed', `a recording of version ${version}`, { offset: 8 });
    const messages: RecordedMessage[] = [];
    while (reader.remaining > 0) {
      const atMs = reader.u32();
      const { offset } = reader;
      const channel = channelTypeOf(reader.u8());
      if (!channel) throw new SpiceError('malformed', 'a message of an unknown channel', { offset });
      const id = reader.u8();
      const type = reader.u16();
      messages.push({ atMs, channel: { type: channel, id }, type, body: reader.take(reader.u32()) });
    }
    return new Recording(messages);
  }

  serialize(): Uint8Array {
    const bytes = this.messages.reduce((sum, { body }) => sum + body.length + HEADER_BYTES, MAGIC.length + 4);
    const writer = new ByteWriter(bytes).put(MAGIC).u32(VERSION);
    for (const { atMs, channel, type, body } of this.messages) {
      writer.u32(atMs).u8(CHANNEL_NUMBERS[channel.type]).u8(channel.id).u16(type).u32(body.length).put(body);
    }
    return writer.finish();
  }
}

const MAGIC = Buffer.from('SPICEREC');
const VERSION = 1;
const HEADER_BYTES = 12;
const LINK_HEADER_BYTES = 16;
const KEY_BYTES = 162;
const RESULT_BYTES = 4;

/** Listens to the channels of a session: every transport of it is opened through `listen`. */
export class Recorder {
  readonly #began = performance.now();
  readonly #heard: { channel: RecordedMessage['channel']; chunks: { atMs: number; bytes: Uint8Array }[] }[] = [];

  listen(type: ChannelType, id: number, inner: Transport): Transport {
    const chunks: { atMs: number; bytes: Uint8Array }[] = [];
    this.#heard.push({ channel: { type, id }, chunks });
    return {
      start: (sink) =>
        inner.start({
          data: (chunk) => {
            chunks.push({ atMs: Math.round(performance.now() - this.#began), bytes: chunk.slice() });
            sink.data(chunk);
          },
          closed: (reason) => sink.closed(reason),
        }),
      send: (bytes) => inner.send(bytes),
      close: () => inner.close(),
    };
  }

  /** What was heard so far, whole messages only, in the order of time. */
  recording(): Recording {
    const messages = this.#heard.flatMap(({ channel, chunks }) => messagesOf(channel, chunks));
    return new Recording(messages.sort((a, b) => a.atMs - b.atMs));
  }
}

/** Cuts what a channel's server sent: link reply, result of the ticket, messages. */
function messagesOf(
  channel: RecordedMessage['channel'],
  chunks: readonly { atMs: number; bytes: Uint8Array }[],
): RecordedMessage[] {
  const framer = new Framer();
  const messages: RecordedMessage[] = [];
  let linked = false;
  let reply: Uint8Array | undefined;
  for (const { atMs, bytes } of chunks) {
    framer.push(bytes);
    if (!linked) {
      if (!reply) {
        const header = framer.take(LINK_HEADER_BYTES);
        if (!header) continue;
        reply = header;
      }
      const size = new ByteReader().reset(reply, 12).u32();
      const rest = framer.take(size + RESULT_BYTES);
      if (!rest) continue;
      framer.mini = miniHeaderOf(rest);
      linked = true;
    }
    while (framer.next()) {
      const body = framer.bytes.slice(framer.bodyStart, framer.bodyEnd);
      messages.push({ atMs, channel, type: framer.type, body });
    }
  }
  return messages;
}

/** Whether the server takes short headers; this client always does. */
function miniHeaderOf(reply: Uint8Array): boolean {
  const reader = new ByteReader().reset(reply);
  reader.skip(4 + KEY_BYTES);
  const count = reader.u32();
  reader.skip(4);
  reader.jump(reader.u32());
  return hasCapability(
    Array.from({ length: count }, () => reader.u32()),
    COMMON_CAP.MINI_HEADER,
  );
}

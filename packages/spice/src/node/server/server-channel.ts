import type { Socket } from 'node:net';
import { ByteWriter } from '../../wire/byte-writer.ts';
import type { SpiceError } from '../../wire/error.ts';
import type { Framer } from '../../wire/framer.ts';
import { type ChannelType, MSG, MSGC } from '../../wire/protocol.ts';
import type { LinkedClient } from './server-link.ts';

/** A message that the client sent; `body` is a copy. */
export interface ClientMessage {
  type: number;
  body: Uint8Array;
}

/** The server's end of one channel of one client. */
export class ServerChannel {
  readonly type: ChannelType;
  readonly id: number;
  /** 0 for a main channel, else what main was given at its start. */
  readonly connectionId: number;
  readonly clientCapabilities: readonly number[];
  /** Called for each message that is not of the acknowledgement and ping kind. */
  onMessage: (message: ClientMessage) => void = () => undefined;
  /** Called once; undefined for an orderly end. */
  onClosed: (reason: SpiceError | undefined) => void = () => undefined;
  /** Messages that the client said it has processed, by acknowledgement windows. */
  acknowledged = 0;
  readonly #socket: Socket;
  readonly #framer: Framer;
  #serial = 0n;
  #ackWindow = 0;
  #drained: (() => void) | undefined;
  #pings = 0;
  #answer: (() => void) | undefined;

  constructor(socket: Socket, client: LinkedClient, type: ChannelType, framer: Framer) {
    this.#socket = socket;
    this.#framer = framer;
    framer.mini = client.miniHeader;
    this.type = type;
    this.id = client.id;
    this.connectionId = client.connectionId;
    this.clientCapabilities = client.capabilities;
    socket.on('drain', () => this.#drained?.());
    socket.on('close', () => this.#drained?.());
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Serial of the message sent last; they count from 1. */
  get serial(): bigint {
    return this.#serial;
  }

  /** One message. Returns false where the caller had better await `drained()`. */
  send(type: number, body: Uint8Array = new Uint8Array(0)): boolean {
    this.#serial++;
    const header = new ByteWriter(18);
    if (!this.#framer.mini) header.u64(this.#serial);
    header.u16(type).u32(body.length);
    if (!this.#framer.mini) header.u32(0);
    return this.sendBytes(Buffer.concat([header.finish(), body]));
  }

  /** Bytes as they are, whole messages or not. */
  sendBytes(bytes: Uint8Array): boolean {
    return this.#socket.writable ? this.#socket.write(bytes) : true;
  }

  /** Asks for an acknowledgement after every `window` messages. */
  requestAcks(window: number): void {
    this.#ackWindow = window;
    this.send(MSG.SET_ACK, new ByteWriter(8).u32(1).u32(window).finish());
  }

  /** Resolves when the client has taken enough to be sent more, or is gone. */
  async drained(): Promise<void> {
    if (!this.#socket.writableNeedDrain || this.#socket.destroyed) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
    this.#drained = undefined;
  }

  /** Resolves when the client has processed all that was sent before, or is gone. */
  async answered(): Promise<void> {
    const ping = new ByteWriter(12)
      .u32(++this.#pings)
      .u64(0n)
      .finish();
    await new Promise<void>((resolve) => {
      this.#answer = resolve;
      this.#socket.once('close', () => resolve());
      this.send(MSG.PING, ping);
      if (this.#socket.destroyed) resolve();
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Ends the stream behind what was sent. */
  end(): void {
    this.#socket.end();
  }

  /** Reads what came; for the listener. */
  receive(): void {
    const framer = this.#framer;
    while (framer.next()) {
      const { type, bytes, bodyStart, bodyEnd } = framer;
      if (type === MSGC.ACK) this.acknowledged += this.#ackWindow;
      else if (type === MSGC.PONG) this.#answer?.();
      else if (type !== MSGC.ACK_SYNC) {
        this.onMessage({ type, body: bytes.slice(bodyStart, bodyEnd) });
      }
    }
  }
}

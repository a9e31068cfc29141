/**
 * A tap: a unix socket that hands each frame on to a daemon and back, and writes down what it was. Every frame is decoded
 * with the generated codecs and encoded again; bytes that do not come back as they were are a problem.
 */
import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { KEEPALIVE_PROGRAM } from '../../generated/constants.ts';
import { eventMessages } from '../../generated/events.ts';
import {
  type NetMessageError,
  readNetMessageError,
  readNetStreamHole,
  writeNetMessageError,
  writeNetStreamHole,
} from '../../generated/net.ts';
import { procedures } from '../../generated/procedures.ts';
import {
  encodeFrame,
  type FrameHeader,
  FrameReader,
  HEADER_BYTES,
  MessageStatus,
  MessageType,
} from '../../rpc/frame.ts';
import type { EventMessage, Procedure } from '../../rpc/procedure.ts';
import { XdrReader, XdrWriter } from '../../xdr/index.ts';

export type AnyProcedure = Procedure<unknown, unknown>;
export type TapPacket =
  | { readonly data: Buffer }
  | { readonly hole: number }
  | { readonly status: number }
  | { readonly error: NetMessageError };

/** One call and what it led to. `reply` comes later than the call; a stream's packets follow it. */
export interface TappedCall {
  readonly connection: TappedConnection;
  readonly procedure: AnyProcedure;
  readonly args: unknown;
  reply?: { readonly ret: unknown } | { readonly error: NetMessageError };
  readonly up: TapPacket[];
  readonly down: TapPacket[];
}

export interface TappedEvent {
  readonly name: string;
  readonly payload: unknown;
}

export interface TappedConnection {
  readonly tap: Tap;
  readonly events: TappedEvent[];
}

/** What all taps of one client saw, in order. */
export class Journal {
  readonly calls: TappedCall[] = [];
  /** Frames that our codecs do not bring back as they were. */
  readonly problems: string[] = [];
  frames = 0;
  #wake: (() => void)[] = [];

  /** Resolves when the condition holds; looked at after each frame. */
  async until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    while (!condition()) {
      await Promise.race([aborted.promise, new Promise<void>((resolve) => this.#wake.push(resolve))]);
    }
    signal.removeEventListener('abort', abort);
  }

  /** After a frame was written down. */
  turned(): void {
    this.frames++;
    for (const wake of this.#wake.splice(0)) wake();
  }
}

const key = ({ program, number }: { program: number; number: number }) => `${program}:${number}`;
const byNumber = new Map(Object.values(procedures).map((each) => [key(each), each as AnyProcedure]));
const eventsByNumber = new Map(Object.values(eventMessages).map((each) => [key(each), each as EventMessage<unknown>]));

interface Codec {
  readonly name: string;
  readonly read: (reader: XdrReader) => unknown;
  readonly write: (writer: XdrWriter, value: never) => void;
}

export interface TapOptions {
  /** Features (virDrvFeature) that the daemon shall seem to lack: clients then use the calls of older days. */
  readonly hiddenFeatures?: readonly number[];
}

export class Tap {
  readonly path: string;
  /** The daemon's socket. */
  readonly target: string;
  readonly #journal: Journal;
  readonly #server: Server;
  readonly #options: TapOptions;
  readonly #sockets = new Set<Socket>();
  readonly #writer = new XdrWriter();

  private constructor(path: string, target: string, journal: Journal, options: TapOptions) {
    this.path = path;
    this.target = target;
    this.#journal = journal;
    this.#options = options;
    this.#server = createServer((client) => this.#onClient(client));
  }

  static async open(path: string, target: string, journal: Journal, options: TapOptions = {}): Promise<Tap> {
    const tap = new Tap(path, target, journal, options);
    tap.#server.listen(path);
    await once(tap.#server, 'listening');
    return tap;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #onClient(client: Socket): void {
    const daemon = createConnection(this.target);
    const connection = { tap: this, events: [] };
    const pending = new Map<number, TappedCall>();
    this.#forward(client, daemon, (header, frame) => this.#onCallFrame(connection, pending, header, frame));
    this.#forward(daemon, client, (header, frame) => this.#onReplyFrame(connection, pending, header, frame));
  }

  #forward(from: Socket, to: Socket, onFrame: (header: FrameHeader, frame: Buffer) => Buffer): void {
    this.#sockets.add(from);
    const frames = new FrameReader((header, bytes, start, end) => {
      to.write(onFrame(header, Buffer.from(bytes.subarray(start, end))));
      this.#journal.turned();
    });
    from.on('data', (chunk: Buffer) => {
      try {
        frames.push(chunk);
      } catch (error) {
        this.#journal.problems.push(String(error));
        from.destroy();
      }
    });
    from.on('close', () => {
      this.#sockets.delete(from);
      to.end();
    });
    from.on('error', () => to.destroy());
  }

  #onCallFrame(
    connection: TappedConnection,
    pending: Map<number, TappedCall>,
    header: FrameHeader,
    frame: Buffer,
  ): Buffer {
    const procedure = byNumber.get(`${header.program}:${header.procedure}`);
    if (header.type === MessageType.CALL && procedure) {
      const { name, decodeArgs: read, encodeArgs: write } = procedure;
      const args = this.#roundTrip({ name, read, write }, frame);
      const call: TappedCall = { connection, procedure, args, up: [], down: [] };
      pending.set(header.serial, call);
      this.#journal.calls.push(call);
    } else if (header.type === MessageType.STREAM || header.type === MessageType.STREAM_HOLE) {
      pending.get(header.serial)?.up.push(this.#packet(header, frame));
    } else if (header.program !== KEEPALIVE_PROGRAM)
      this.#journal.problems.push(`unknown call ${JSON.stringify(header)}`);
    return frame;
  }

  #onReplyFrame(
    connection: TappedConnection,
    pending: Map<number, TappedCall>,
    header: FrameHeader,
    frame: Buffer,
  ): Buffer {
    const call = pending.get(header.serial);
    if (header.type === MessageType.REPLY && call) {
      const { name, decodeRet: read, encodeRet: write } = call.procedure;
      if (header.status === MessageStatus.ERROR) {
        call.reply = { error: this.#readError(name, frame) };
        return frame;
      }
      call.reply = { ret: this.#roundTrip({ name, read, write }, frame) };
      return this.#isHidden(call) ? this.#refuseFeature(call, header) : frame;
    }
    if (header.type === MessageType.STREAM || header.type === MessageType.STREAM_HOLE) {
      call?.down.push(this.#packet(header, frame));
    } else if (header.program !== KEEPALIVE_PROGRAM) this.#onMessage(connection, header, frame);
    return frame;
  }

  #onMessage(connection: TappedConnection, header: FrameHeader, frame: Buffer): void {
    const message = eventsByNumber.get(`${header.program}:${header.procedure}`);
    if (!message) {
      this.#journal.problems.push(`unknown message ${JSON.stringify(header)}`);
      return;
    }
    const { name, decode: read, encode: write } = message;
    connection.events.push({ name, payload: this.#roundTrip({ name, read, write }, frame) });
  }

  #packet(header: FrameHeader, frame: Buffer): TapPacket {
    if (header.type === MessageType.STREAM_HOLE) {
      const { length } = this.#roundTrip(
        { name: 'stream hole', read: readNetStreamHole, write: writeNetStreamHole },
        frame,
      ) as { length: number };
      return { hole: length };
    }
    if (header.status === MessageStatus.CONTINUE && frame.length > HEADER_BYTES) {
      return { data: frame.subarray(HEADER_BYTES) };
    }
    if (header.status === MessageStatus.ERROR && frame.length > HEADER_BYTES) {
      return { error: this.#readError('stream', frame) };
    }
    return { status: header.status };
  }

  #readError(name: string, frame: Buffer): NetMessageError {
    const codec = { name: `error of ${name}`, read: readNetMessageError, write: writeNetMessageError };
    return this.#roundTrip(codec, frame) as NetMessageError;
  }

  /** The payload as a value, once it has proved to give the same bytes again. */
  #roundTrip({ name, read, write }: Codec, frame: Buffer): unknown {
    const reader = new XdrReader(frame, HEADER_BYTES, frame.length, name);
    const value = read(reader);
    reader.finish();
    this.#writer.begin(name);
    write(this.#writer, value as never);
    const again = this.#writer.finish();
    if (!again.equals(frame.subarray(HEADER_BYTES)))
      this.#journal.problems.push(`${name}: other bytes when encoded again`);
    return value;
  }

  #isHidden({ procedure, args }: TappedCall): boolean {
    if (procedure.name !== 'connectSupportsFeature') return false;
    return this.#options.hiddenFeatures?.includes((args as { feature: number }).feature) ?? false;
  }

  #refuseFeature(call: TappedCall, header: FrameHeader): Buffer {
    const ret = { supported: 0 };
    call.reply = { ret };
    return encodeFrame(this.#writer, 'tap', header, (writer) => call.procedure.encodeRet(writer, ret));
  }
}

import type { Duplex } from 'node:stream';
import { LibvirtError } from '../errors.ts';
import { KEEPALIVE_PROGRAM } from '../generated/constants.ts';
import { readNetStreamHole } from '../generated/net.ts';
import { toNumber } from '../xdr/hyper.ts';
import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';
import { encodeFrame, type FrameHeader, FrameReader, HEADER_BYTES, MessageStatus, MessageType } from './frame.ts';
import { InFlightGate } from './in-flight.ts';
import { Keepalive, type KeepaliveOptions } from './keepalive.ts';
import { type CallOptions, PendingWait } from './pending-call.ts';
import type { Procedure, ProcedureId } from './procedure.ts';
import { readRemoteError } from './remote-error.ts';
import { AbandonedStream, type StreamSink } from './stream-sink.ts';

export interface RpcClientOptions {
  /** Calls that the daemon may hold at a time; its `max_client_requests` is 5 unless configured. */
  readonly maxInFlight?: number | undefined;
  readonly deadlineMs?: number | undefined;
  /** A message sent unasked. `reader` stands at its payload. */
  readonly onMessage: (program: number, procedure: number, reader: XdrReader) => void;
  /** Called once, with why. */
  readonly onClosed: (error: LibvirtError) => void;
}

interface Call {
  readonly name: string;
  readonly onReply: (reader: XdrReader) => void;
  readonly onError: (error: LibvirtError) => void;
}

export const DEFAULT_MAX_IN_FLIGHT = 5;
export const DEFAULT_DEADLINE_MS = 60_000;

/** Calls, replies, messages and stream packets over one byte stream. Knows no libvirt object. */
export class RpcClient {
  readonly #socket: Duplex;
  readonly #options: RpcClientOptions;
  readonly #gate: InFlightGate;
  readonly #writer = new XdrWriter();
  readonly #calls = new Map<number, Call>();
  readonly #streams = new Map<number, StreamSink>();
  /** Waits for a slot or a reply: all of them wake when the connection ends. */
  readonly #waits = new Set<PendingWait<unknown>>();
  readonly #keepalive: Keepalive;
  #serial = 0;
  #ended: LibvirtError | undefined;

  constructor(socket: Duplex, options: RpcClientOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#gate = new InFlightGate(options.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT);
    this.#keepalive = new Keepalive(this.#writer, (frame) => this.#socket.write(frame));
    const frames = new FrameReader((header, bytes, start, end) => this.#onFrame(header, bytes, start, end));
    socket.on('data', (chunk: Buffer) => {
      this.#keepalive.heard();
      try {
        frames.push(chunk);
      } catch (error) {
        this.end(asLibvirtError(error));
      }
    });
    socket.on('error', (cause) => this.end(lost(`connection lost: ${cause.message}`, cause)));
    for (const event of ['end', 'close']) socket.on(event, () => this.end(lost('the daemon closed the connection')));
  }

  get ended(): LibvirtError | undefined {
    return this.#ended;
  }

  startKeepalive(options: KeepaliveOptions): void {
    this.#keepalive.start(options, (problem) => this.end(lost(problem)));
  }

  call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options: CallOptions = {}): Promise<Ret> {
    return this.#send(procedure, args, options, undefined).then((reply) => reply.ret);
  }

  /** Calls a procedure that opens a stream. The sink is known before the call leaves: data may come with the reply. */
  callWithStream<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    sink: StreamSink,
    options: CallOptions = {},
  ): Promise<{ ret: Ret; serial: number }> {
    return this.#send(procedure, args, options, sink);
  }

  async #send<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    options: CallOptions,
    sink: StreamSink | undefined,
  ): Promise<{ ret: Ret; serial: number }> {
    if (this.#ended) throw this.#ended;
    if (options.signal?.aborted) {
      throw new LibvirtError({
        code: 'ABORTED',
        message: `${procedure.name}: aborted`,
        procedure: procedure.name,
        cause: options.signal.reason,
      });
    }
    let withdraw: (() => void) | undefined;
    const deadlineMs = this.#options.deadlineMs ?? DEFAULT_DEADLINE_MS;
    const wait = new PendingWait<{ ret: Ret; serial: number }>(procedure.name, options, deadlineMs, () => withdraw?.());
    this.#waits.add(wait as PendingWait<unknown>);
    withdraw = this.#gate.enter(() => this.#start(procedure, args, wait, sink));
    try {
      return await wait.promise;
    } catch (error) {
      // Made by the socket's reader, it shows only that; from here V8 adds who called. One error may end many calls.
      if (error instanceof LibvirtError && error !== this.#ended) Error.captureStackTrace(error);
      throw error;
    } finally {
      this.#waits.delete(wait as PendingWait<unknown>);
    }
  }

  #start<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    wait: PendingWait<{ ret: Ret; serial: number }>,
    sink: StreamSink | undefined,
  ): void {
    const serial = this.#nextSerial();
    const header = { ...at(procedure), type: MessageType.CALL, serial, status: MessageStatus.OK };
    let frame: Buffer;
    try {
      frame = encodeFrame(this.#writer, procedure.name, header, (writer) => procedure.encodeArgs(writer, args));
    } catch (error) {
      this.#gate.leave();
      wait.reject(error);
      return;
    }
    // The reply frees the slot even when nobody waits for it any more: until then the daemon is busy with it.
    this.#calls.set(serial, {
      name: procedure.name,
      onReply: (reader) => {
        const ret = procedure.decodeRet(reader);
        reader.finish();
        if (sink && wait.settled) this.#dropStream(procedure, serial);
        wait.resolve({ ret, serial });
      },
      onError: (error) => {
        this.#streams.delete(serial);
        wait.reject(error);
      },
    });
    if (sink) this.#streams.set(serial, sink);
    this.#socket.write(frame);
  }

  /** Nobody waits for this stream: tell the daemon, and swallow what still comes. */
  #dropStream(procedure: ProcedureId, serial: number): void {
    this.#streams.set(serial, new AbandonedStream(() => this.closeStream(serial)));
    this.sendStreamStatus(procedure, serial, MessageStatus.ERROR);
  }

  /** Sends stream data; false means: wait for `drained()` before the next. */
  sendStreamData(procedure: ProcedureId, serial: number, data: Uint8Array): boolean {
    return this.#write(procedure, serial, MessageType.STREAM, MessageStatus.CONTINUE, (writer) => writer.raw(data));
  }

  sendStreamHole(procedure: ProcedureId, serial: number, length: number): boolean {
    return this.#write(procedure, serial, MessageType.STREAM_HOLE, MessageStatus.CONTINUE, (writer) => {
      writer.hyper(length);
      writer.uint(0);
    });
  }

  sendStreamStatus(procedure: ProcedureId, serial: number, status: number): boolean {
    return this.#write(procedure, serial, MessageType.STREAM, status);
  }

  closeStream(serial: number): void {
    this.#streams.delete(serial);
  }

  /** Resolves when the socket takes more, or when the connection has ended. */
  drained(): Promise<void> {
    if (this.#ended || !this.#socket.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#socket.off('drain', done);
        this.#socket.off('close', done);
        resolve();
      };
      this.#socket.on('drain', done);
      this.#socket.on('close', done);
    });
  }

  /** Stops reading, so that the daemon stops sending: the protocol has no window per stream. */
  pause(): void {
    this.#keepalive.hold(true);
    this.#socket.pause();
  }

  resume(): void {
    this.#keepalive.hold(false);
    this.#socket.resume();
  }

  /** Ends the connection and wakes every waiter with `error`. */
  end(error: LibvirtError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#keepalive.stop();
    this.#socket.destroy();
    for (const wait of this.#waits) wait.reject(error);
    for (const sink of this.#streams.values()) sink.onError(error);
    this.#waits.clear();
    this.#calls.clear();
    this.#streams.clear();
    this.#options.onClosed(error);
  }

  #write(
    procedure: ProcedureId,
    serial: number,
    type: number,
    status: number,
    body?: (writer: XdrWriter) => void,
  ): boolean {
    if (this.#ended) throw this.#ended;
    return this.#socket.write(
      encodeFrame(this.#writer, procedure.name, { ...at(procedure), type, serial, status }, body),
    );
  }

  #nextSerial(): number {
    do this.#serial = (this.#serial + 1) >>> 0;
    while (this.#serial === 0 || this.#calls.has(this.#serial) || this.#streams.has(this.#serial));
    return this.#serial;
  }

  #onFrame(header: FrameHeader, bytes: Buffer, start: number, end: number): void {
    if (this.#ended) return;
    const payload = start + HEADER_BYTES;
    if (header.program === KEEPALIVE_PROGRAM) this.#keepalive.handle(header);
    else if (header.type === MessageType.REPLY) this.#onReply(header, bytes, payload, end);
    else if (header.type === MessageType.STREAM) this.#onStream(header, bytes, payload, end);
    else if (header.type === MessageType.STREAM_HOLE) this.#onHole(header, bytes, payload, end);
    else if (header.type === MessageType.MESSAGE) {
      const reader = new XdrReader(bytes, payload, end, `message ${header.procedure}`);
      this.#options.onMessage(header.program, header.procedure, reader);
    } else {
      throw new LibvirtError({ code: 'MALFORMED_PACKET', message: `message of type ${header.type} from a daemon` });
    }
  }

  #onHole(header: FrameHeader, bytes: Buffer, payload: number, end: number): void {
    const { length } = readNetStreamHole(new XdrReader(bytes, payload, end, 'stream hole'));
    this.#streams.get(header.serial)?.onHole(toNumber(length));
  }

  #onReply(header: FrameHeader, bytes: Buffer, payload: number, end: number): void {
    const call = this.#calls.get(header.serial);
    if (!call)
      throw new LibvirtError({ code: 'MALFORMED_PACKET', message: `reply to no call: serial ${header.serial}` });
    this.#calls.delete(header.serial);
    const reader = new XdrReader(bytes, payload, end, call.name);
    try {
      if (header.status === MessageStatus.OK) call.onReply(reader);
      else call.onError(readRemoteError(reader, call.name));
    } catch (error) {
      call.onError(asLibvirtError(error));
      throw error;
    }
    this.#gate.leave();
  }

  #onStream(header: FrameHeader, bytes: Buffer, payload: number, end: number): void {
    const sink = this.#streams.get(header.serial);
    // Packets under way while a stream was aborted are no error.
    if (!sink) return;
    if (header.status === MessageStatus.ERROR) {
      this.#streams.delete(header.serial);
      sink.onError(readRemoteError(new XdrReader(bytes, payload, end, 'stream'), 'stream'));
    } else if (header.status === MessageStatus.OK) {
      this.#streams.delete(header.serial);
      sink.onFinished();
    } else if (payload === end) sink.onEnd();
    else sink.onData(bytes.subarray(payload, end));
  }
}

function at(procedure: { program: number; number: number }) {
  return { program: procedure.program, procedure: procedure.number };
}

function lost(message: string, cause?: unknown): LibvirtError {
  return new LibvirtError({ code: 'CONNECTION_LOST', message, cause });
}

function asLibvirtError(error: unknown): LibvirtError {
  if (error instanceof LibvirtError) return error;
  return new LibvirtError({
    code: 'MALFORMED_PACKET',
    message: `cannot read a packet: ${String(error)}`,
    cause: error,
  });
}

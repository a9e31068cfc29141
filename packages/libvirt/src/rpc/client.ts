import type { Duplex } from 'node:stream';
import { LibvirtError } from '../errors.ts';
import { KEEPALIVE_PROGRAM } from '../generated/constants.ts';
import { readNetStreamHole } from '../generated/net.ts';
import { LendingSocket } from '../transport/lending-socket.ts';
import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';
import { Alarm } from './alarm.ts';
import { CallQueue } from './call-queue.ts';
import {
  badHeader,
  type FrameHeader,
  FrameReader,
  HEADER_BYTES,
  MessageStatus,
  MessageType,
  writeFrame,
} from './frame.ts';
import { Keepalive, type KeepaliveOptions } from './keepalive.ts';
import { type CallOptions, PendingCall } from './pending-call.ts';
import type { Procedure, ProcedureId } from './procedure.ts';
import { readRemoteError } from './remote-error.ts';
import { AbandonedStream, type StreamSink } from './stream-sink.ts';

export interface RpcClientOptions {
  /** Calls that the daemon may hold at a time; its `max_client_requests` is 5 unless configured. */
  readonly maxInFlight?: number | undefined;
  readonly deadlineMs?: number | undefined;
  /** A message sent unasked; its payload lies in `bytes` from `start` to `end`, and is overwritten afterwards. */
  readonly onMessage: (header: FrameHeader, bytes: Buffer, start: number, end: number) => void;
  /** Called once, with why. */
  readonly onClosed: (error: LibvirtError) => void;
}

interface OpenStream {
  readonly procedure: ProcedureId;
  readonly sink: StreamSink;
}

export const DEFAULT_MAX_IN_FLIGHT = 5;
export const DEFAULT_DEADLINE_MS = 60_000;

/** Calls, replies, messages and stream packets over one byte stream. Knows no libvirt object. */
export class RpcClient {
  readonly #socket: Duplex;
  readonly #options: RpcClientOptions;
  readonly #maxInFlight: number;
  readonly #deadlineMs: number;
  readonly #writer = new XdrWriter();
  readonly #reader = new XdrReader();
  /**
   * Sent, and not answered yet, by serial. One that its caller has given up stays: until its reply the daemon is busy
   * with it.
   */
  readonly #calls = new Map<number, PendingCall>();
  readonly #queue = new CallQueue();
  /** Of `#calls`, those of low priority. */
  #low = 0;
  readonly #streams = new Map<number, OpenStream>();
  readonly #deadlines = new Alarm((now) => this.#expire(now));
  readonly #frames = new FrameReader((...frame) => this.#onFrame(...frame));
  readonly #keepalive: Keepalive;
  #serial = 0;
  /** How many streams are full. */
  #pauses = 0;
  #drain: PromiseWithResolvers<void> | undefined;
  #flushing = false;
  #ended: LibvirtError | undefined;

  constructor(socket: Duplex, options: RpcClientOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#maxInFlight = options.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT;
    this.#deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
    this.#keepalive = new Keepalive((header) => {
      // What waits in a socket that holds back will be sign of life enough; more would only fill memory.
      if (!socket.writableNeedDrain) this.#post('keepalive', header);
    });
    const take = (chunk: Buffer, lasting: boolean, end: number) => {
      this.#keepalive.heard();
      try {
        this.#frames.push(chunk, lasting, end);
      } catch (error) {
        this.end(asLibvirtError(error));
      }
    };
    if (socket instanceof LendingSocket) {
      socket.lend(
        (chunk, end) => take(chunk, false, end),
        () => this.#frames.room(),
      );
    } else socket.on('data', (chunk: Buffer) => take(chunk, true, chunk.length));
    socket.on('error', (cause) => this.end(lost(`connection lost: ${cause.message}`, cause)));
    socket.on('drain', () => this.#onDrained());
    for (const event of ['end', 'close']) socket.on(event, () => this.end(lost('the daemon closed the connection')));
  }

  get ended(): LibvirtError | undefined {
    return this.#ended;
  }

  /** Every slot is taken that calls of low priority may have. */
  get isBusy(): boolean {
    return !this.#hasSlot('low');
  }

  startKeepalive(options: KeepaliveOptions): void {
    // It may have ended since the daemon said that it knows keepalive.
    if (this.#ended) return;
    this.#keepalive.start(options, (problem) => this.end(lost(problem)));
  }

  call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options?: CallOptions): Promise<Ret> {
    const outcome = Promise.withResolvers<Ret>();
    this.#call(procedure, args, options, undefined, outcome);
    return outcome.promise.then<Ret, never>(undefined, this.#rethrow);
  }

  /** Calls a procedure that opens a stream. The sink is known before the call leaves: data may come with the reply. */
  async callWithStream<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    sink: StreamSink,
    options?: CallOptions,
  ): Promise<{ ret: Ret; serial: number }> {
    const outcome = Promise.withResolvers<Ret>();
    const call = this.#call(procedure, args, options, sink, outcome);
    const ret = await outcome.promise.then<Ret, never>(undefined, this.#rethrow);
    return { ret, serial: call.serial };
  }

  /** An error made by the socket's reader shows only that; here V8 adds who called. */
  readonly #rethrow = (error: unknown): never => {
    if (error instanceof LibvirtError) Error.captureStackTrace(error);
    throw error;
  };

  #call<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    options: CallOptions | undefined,
    sink: StreamSink | undefined,
    outcome: PromiseWithResolvers<Ret>,
  ): PendingCall {
    const deadlineMs = options?.deadlineMs ?? this.#deadlineMs;
    // Its codecs take what they were made for: `args` and the type of the result are checked where the call is made.
    const call = new PendingCall(procedure as Procedure<unknown, unknown>, args, sink, deadlineMs, outcome);
    if (this.#ended) call.reject(interrupted(call, this.#ended));
    else if (options?.signal) call.abortBy(options.signal, () => this.#queue.delete(call));
    if (call.settled) return call;
    this.#deadlines.ringBy(call.expiresAt);
    if (this.#hasSlot(call.procedure.priority)) this.#start(call);
    else this.#queue.add(call);
    return call;
  }

  /**
   * One slot is left to calls of high priority, as the daemon leaves workers to them: however many others wait for guests
   * that hang, what only reads the daemon's memory goes through.
   */
  #hasSlot(priority: Procedure<unknown, unknown>['priority']): boolean {
    const free = this.#maxInFlight - this.#calls.size;
    return free > 0 && (priority === 'high' || this.#maxInFlight === 1 || this.#low < this.#maxInFlight - 1);
  }

  #start(call: PendingCall): void {
    const { procedure, args, sink } = call;
    const serial = this.#nextSerial();
    const header = headerOf(procedure, MessageType.CALL, serial, MessageStatus.OK);
    try {
      writeFrame(this.#writer, procedure.name, header, (writer) => procedure.encodeArgs(writer, args));
    } catch (error) {
      call.reject(error);
      return;
    }
    call.serial = serial;
    this.#calls.set(serial, call);
    if (procedure.priority === 'low') this.#low++;
    if (sink) this.#streams.set(serial, { procedure, sink });
    // The first goes at once; those that come while it is under way leave together.
    if (this.#calls.size === 1) this.#flush();
    else this.#flushSoon();
  }

  #startNext(): void {
    while (this.#hasSlot('high')) {
      const call = this.#queue.take(this.#hasSlot('low'));
      if (!call) return;
      this.#start(call);
    }
  }

  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    process.nextTick(this.#flushNow);
  }

  readonly #flushNow = (): void => {
    this.#flushing = false;
    if (!this.#ended) this.#flush();
  };

  /** Sends what was written; false: the socket has enough for now. */
  #flush(): boolean {
    const bytes = this.#writer.take();
    return bytes.length === 0 ? !this.#socket.writableNeedDrain : this.#socket.write(bytes);
  }

  #expire(now: number): number {
    let next = Infinity;
    for (const calls of [this.#calls.values(), this.#queue]) {
      for (const call of calls) {
        if (call.settled) continue;
        if (call.expiresAt > now) next = Math.min(next, call.expiresAt);
        else {
          call.expire();
          this.#queue.delete(call);
        }
      }
    }
    return next;
  }

  /** Nobody waits for this stream: tell the daemon, and swallow what still comes. */
  #dropStream(procedure: ProcedureId, serial: number): void {
    this.#streams.set(serial, { procedure, sink: new AbandonedStream(() => this.closeStream(serial)) });
    this.sendStreamStatus(procedure, serial, MessageStatus.ERROR);
  }

  /** Sends stream data, which must not change until `onSent`; false means: wait for `drained()` before the next. */
  sendStreamData(procedure: ProcedureId, serial: number, data: Uint8Array, onSent?: () => void): boolean {
    if (this.#ended) throw this.#ended;
    const header = headerOf(procedure, MessageType.STREAM, serial, MessageStatus.CONTINUE);
    writeFrame(this.#writer, procedure.name, header, undefined, data.length);
    this.#socket.cork();
    this.#flush();
    const more = this.#socket.write(data, onSent);
    this.#socket.uncork();
    return more;
  }

  sendStreamHole(procedure: ProcedureId, serial: number, length: number): boolean {
    const header = headerOf(procedure, MessageType.STREAM_HOLE, serial, MessageStatus.CONTINUE);
    return this.#post(procedure.name, header, (writer) => {
      writer.hyper(length);
      writer.uint(0);
    });
  }

  sendStreamStatus(procedure: ProcedureId, serial: number, status: number): boolean {
    return this.#post(procedure.name, headerOf(procedure, MessageType.STREAM, serial, status));
  }

  /** Takes back the bytes of a stream packet that nobody reads any more. */
  recycle(data: Buffer): void {
    this.#frames.recycle(data);
  }

  closeStream(serial: number): void {
    this.#streams.delete(serial);
  }

  /** Resolves when the socket takes more, or when the connection has ended. */
  drained(): Promise<void> {
    if (this.#ended || !this.#socket.writableNeedDrain) return Promise.resolve();
    // One wait for all: a listener a stream would be many on one socket.
    this.#drain ??= Promise.withResolvers();
    return this.#drain.promise;
  }

  #onDrained(): void {
    this.#drain?.resolve();
    this.#drain = undefined;
  }

  /** Stops reading, so that the daemon stops sending: the protocol has no window per stream. Each pause wants its resume. */
  pause(): void {
    if (this.#pauses++ > 0) return;
    this.#keepalive.hold(true);
    this.#socket.pause();
  }

  resume(): void {
    if (--this.#pauses > 0) return;
    this.#keepalive.hold(false);
    this.#socket.resume();
  }

  /** Ends the connection and wakes every waiter with `error`. */
  end(error: LibvirtError): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#keepalive.stop();
    this.#deadlines.stop();
    this.#socket.destroy();
    for (const call of this.#calls.values()) call.reject(interrupted(call, error));
    for (const call of this.#queue) call.reject(interrupted(call, error));
    for (const { sink } of this.#streams.values()) sink.onError(error);
    this.#calls.clear();
    this.#queue.clear();
    this.#streams.clear();
    this.#onDrained();
    this.#options.onClosed(error);
  }

  #post(name: string, header: FrameHeader, body?: (writer: XdrWriter) => void): boolean {
    if (this.#ended) throw this.#ended;
    writeFrame(this.#writer, name, header, body);
    return this.#flush();
  }

  #nextSerial(): number {
    do this.#serial = (this.#serial + 1) >>> 0;
    while (this.#serial === 0 || this.#calls.has(this.#serial) || this.#streams.has(this.#serial));
    return this.#serial;
  }

  #onFrame(header: FrameHeader, bytes: Buffer, start: number, end: number, lasting: boolean): void {
    if (this.#ended) return;
    const payload = start + HEADER_BYTES;
    if (header.program === KEEPALIVE_PROGRAM) this.#keepalive.handle(header);
    else if (header.type === MessageType.REPLY) this.#onReply(header, bytes, payload, end);
    else if (header.type === MessageType.STREAM || header.type === MessageType.STREAM_HOLE) {
      this.#onStream(header, bytes.subarray(payload, end), lasting);
    } else if (header.type === MessageType.MESSAGE) this.#options.onMessage(header, bytes, payload, end);
    else throw badHeader(`message of type ${header.type} from a daemon`, 'type', header);
  }

  #onReply(header: FrameHeader, bytes: Buffer, payload: number, end: number): void {
    const { serial, status } = header;
    const call = this.#calls.get(serial);
    if (!call) throw badHeader(`reply to no call, serial ${serial},`, 'serial', header);
    const { procedure, sink } = call;
    requireSame(header, procedure);
    const reader = this.#reader.begin(bytes, payload, end, procedure.name);
    if (status === MessageStatus.OK) {
      const ret = procedure.decodeRet(reader);
      reader.finish();
      if (sink && call.settled) this.#dropStream(procedure, serial);
      call.resolve(ret);
    } else if (status === MessageStatus.ERROR) {
      const error = readRemoteError(reader, procedure.name);
      if (sink) this.#streams.delete(serial);
      call.reject(error);
    } else throw badHeader(`reply with status ${status}`, 'status', header, procedure.name);
    this.#calls.delete(serial);
    if (procedure.priority === 'low') this.#low--;
    if (this.#queue.size > 0) this.#startNext();
  }

  #onStream(header: FrameHeader, data: Buffer, lasting: boolean): void {
    const { serial, status } = header;
    const stream = this.#streams.get(serial);
    // Packets under way while a stream was aborted are no error.
    if (!stream) return;
    const { procedure, sink } = stream;
    requireSame(header, procedure);
    const reader = this.#reader.begin(data, 0, data.length, procedure.name);
    if (header.type === MessageType.STREAM_HOLE) sink.onHole(readHole(reader));
    else if (status === MessageStatus.ERROR) {
      const error = readRemoteError(reader, procedure.name);
      this.#streams.delete(serial);
      sink.onError(error);
    } else if (status === MessageStatus.OK) {
      this.#streams.delete(serial);
      sink.onFinished();
    } else if (status !== MessageStatus.CONTINUE) {
      throw badHeader(`stream packet with status ${status}`, 'status', header, procedure.name);
    } else if (data.length === 0) sink.onEnd();
    else {
      // A small view must not keep the large piece alive in which it came.
      const isSmall = data.length * 2 < data.buffer.byteLength;
      sink.onData(lasting && !isSmall ? data : Buffer.from(data));
    }
  }
}

function headerOf({ program, number }: ProcedureId, type: number, serial: number, status: number): FrameHeader {
  return { program, procedure: number, type, serial, status };
}

/** A serial alone does not make an answer: it must be of the procedure that was called. */
function requireSame(header: FrameHeader, { name, program, number }: ProcedureId): void {
  if (header.program !== program) throw badHeader(`answer to ${name}, of another program`, 'program', header, name);
  if (header.procedure !== number)
    throw badHeader(`answer to ${name}, of another procedure`, 'procedure', header, name);
}

/** What ends a connection ends many calls: each of them tells its own procedure. */
function interrupted({ procedure: { name } }: PendingCall, error: LibvirtError): LibvirtError {
  const { code, byteOffset } = error;
  const message = error.message.startsWith(`${name}: `) ? error.message : `${name}: ${error.message}`;
  return new LibvirtError({ code, message, procedure: name, byteOffset, cause: error });
}

function readHole(reader: XdrReader): number {
  const { length } = readNetStreamHole(reader);
  // A size that is no exact number would move everything behind it.
  if (typeof length === 'bigint' || length < 0) return reader.fail(`hole of ${length} bytes`);
  reader.finish();
  return length;
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

import type { Duplex } from 'node:stream';
import { KEEPALIVE_PROGRAM } from '../generated/constants.ts';
import { type EventMessages, eventMessages } from '../generated/events.ts';
import { encodeFrame, type FrameHeader, FrameReader, HEADER_BYTES, MessageStatus, MessageType } from '../rpc/frame.ts';
import { Keepalive } from '../rpc/keepalive.ts';
import type { XdrWriter } from '../xdr/writer.ts';
import type { ServerContext } from './context.ts';
import { ServerFailure } from './failure.ts';
import type { Client } from './handlers.ts';
import { PeerStreams } from './peer-streams.ts';
import { RunningCall } from './running-call.ts';
import type { Wire } from './wire.ts';

interface Frame {
  readonly header: FrameHeader;
  readonly payload: Buffer;
}

/** Events that a client does not read may fill so much memory; then it is dropped. */
const MAX_UNSENT_BYTES = 64 * 1024 * 1024;

/** The server's side of one connection. */
export class Peer<Driver> implements Client<Driver>, Wire {
  /** The bytes. */
  readonly socket: Duplex;
  readonly #context: ServerContext<Driver>;
  readonly #keepalive: Keepalive;
  readonly #streams: PeerStreams;
  /** Frames that came behind the last call that the server takes at a time. */
  readonly #waiting: Frame[] = [];
  readonly #closing = new AbortController();
  #running = 0;
  #isDraining = false;
  #holds = 0;
  #drain: PromiseWithResolvers<void> | undefined;
  #opened: { readonly driver: Driver } | undefined;

  constructor(socket: Duplex, context: ServerContext<Driver>) {
    this.socket = socket;
    this.#context = context;
    // What waits in a socket that holds back will be sign of life enough; more would only fill memory.
    this.#keepalive = new Keepalive((header) => this.isFull || this.send(header));
    this.#streams = new PeerStreams(this, context.log);
    const frames = new FrameReader((...frame) => this.#onFrame(...frame));
    socket.on('data', (chunk: Buffer) => {
      this.#keepalive.heard();
      // Answers to calls that came together leave together.
      socket.cork();
      try {
        frames.push(chunk);
      } catch (error) {
        this.#refuse(error);
      }
      socket.uncork();
    });
    socket.on('drain', () => this.#onDrained());
    // A client that goes away is no failure of the server.
    socket.on('error', () => this.close());
    for (const event of ['end', 'close']) socket.on(event, () => this.close());
  }

  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  get isGone(): boolean {
    return this.closed.aborted || this.socket.destroyed;
  }

  get driver(): Driver {
    if (!this.#opened) throw new ServerFailure('INTERNAL_ERROR', 'connection not open', 'RPC');
    return this.#opened.driver;
  }

  /** Whether CONNECT_OPEN was answered well. */
  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  /** Tells what answers from now on; once for each connection. */
  open(driver: Driver): void {
    if (this.#opened) throw new ServerFailure('INTERNAL_ERROR', 'connection already open', 'RPC');
    this.#opened = { driver };
  }

  startKeepalive(): void {
    const { keepalive } = this.#context;
    if (keepalive !== false && !this.isGone) this.#keepalive.start(keepalive, (problem) => this.#refuse(problem));
  }

  emit<Name extends keyof EventMessages>(name: Name, payload: EventMessages[Name]): void {
    const { program, number, encode } = eventMessages[name];
    const header = { program, procedure: number, type: MessageType.MESSAGE, serial: 0, status: MessageStatus.OK };
    this.send(header, (writer) => encode(writer, payload));
    if (this.socket.writableLength > MAX_UNSENT_BYTES) this.#refuse('the client does not read its events');
  }

  send(header: FrameHeader, body?: (writer: XdrWriter) => void): void {
    this.write(encodeFrame(this.#context.writer, 'server', header, body));
  }

  write(bytes: Buffer, onSent?: () => void): void {
    if (!this.isGone) this.socket.write(bytes, onSent);
  }

  drained(): Promise<void> {
    if (!this.isFull) return Promise.resolve();
    // One wait for all: a listener each would be many on one socket.
    this.#drain ??= Promise.withResolvers();
    return this.#drain.promise;
  }

  get isFull(): boolean {
    return !this.isGone && this.socket.writableNeedDrain;
  }

  hold(held: boolean): void {
    this.#holds += held ? 1 : -1;
    if (this.#holds > 0) this.socket.pause();
    else this.socket.resume();
  }

  /** Ends the connection. */
  close(): void {
    if (this.closed.aborted) return;
    this.#closing.abort();
    this.#keepalive.stop();
    this.socket.destroy();
    this.#streams.failAll();
    this.#waiting.length = 0;
    this.#onDrained();
  }

  #onDrained(): void {
    this.#drain?.resolve();
    this.#drain = undefined;
  }

  #refuse(problem: unknown): void {
    if (this.closed.aborted) return;
    this.#context.log(`connection ended: ${problem instanceof Error ? problem.message : String(problem)}`);
    this.close();
  }

  /** As libvirtd: while it works on as many calls as it takes, nothing is read, neither calls nor pings. */
  #onFrame(header: FrameHeader, bytes: Buffer, start: number, end: number, lasting: boolean): void {
    if (this.closed.aborted) return;
    const payload = bytes.subarray(start + HEADER_BYTES, end);
    const isBusy = this.#running >= this.#context.maxClientRequests;
    if (this.#waiting.length === 0 && !isBusy) {
      this.#dispatch({ header, payload });
      return;
    }
    if (this.#waiting.length === 0) this.hold(true);
    this.#waiting.push({ header, payload: lasting ? payload : Buffer.from(payload) });
  }

  #dispatch({ header, payload }: Frame): void {
    if (this.#context.tap(this, header, payload)) return;
    if (header.program === KEEPALIVE_PROGRAM) this.#keepalive.handle(header);
    else if (header.type === MessageType.CALL) this.#onCall(header, payload);
    else if (header.type === MessageType.STREAM) this.#streams.onPacket(header, payload);
    else if (header.type === MessageType.STREAM_HOLE) this.#streams.onHole(header, payload);
    else this.#refuse(`message of type ${header.type} from a client`);
  }

  #onCall(header: FrameHeader, payload: Buffer): void {
    this.#running++;
    new RunningCall(this, this.#context, this.#streams, header).run(payload, () => this.#onSettled());
  }

  #onSettled(): void {
    this.#running--;
    if (this.#isDraining || this.#waiting.length === 0) return;
    this.#isDraining = true;
    while (this.#waiting.length > 0 && this.#running < this.#context.maxClientRequests) {
      this.#dispatch(this.#waiting.shift()!);
    }
    this.#isDraining = false;
    if (this.#waiting.length === 0) this.hold(false);
  }
}

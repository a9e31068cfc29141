/**
 * One libvirt stream. Packets after the opening call carry its serial:
 *
 *     STREAM/CONTINUE + bytes   data              STREAM_HOLE {hyper length, uint flags}   zeros left out
 *     STREAM/CONTINUE, empty    the daemon's end  STREAM/OK   finish, answered by OK
 *     STREAM/ERROR              abort (ours), or failure with a virNetMessageError (the daemon's)
 */
import { LibvirtError } from '../errors.ts';
import type { RpcClient } from '../rpc/client.ts';
import { MessageStatus, STREAM_DATA_BYTES } from '../rpc/frame.ts';
import type { ProcedureId } from '../rpc/procedure.ts';
import type { StreamSink } from '../rpc/stream-sink.ts';

/** Bytes, or how many zeros were left out in their place. */
export type StreamPacket = { readonly data: Buffer } | { readonly hole: number };

/** Bytes that may wait here before the connection stops reading, and when it goes on. */
const PAUSE_BYTES = 1024 * 1024;
const RESUME_BYTES = 256 * 1024;
/** Before the reply that opens the stream reading cannot stop; no daemon sends so much ahead of it. */
const EARLY_BYTES = 16 * 1024 * 1024;
/** What a packet costs beside its bytes: holes and tiny packets fill memory too. */
const PACKET_BYTES = 256;
/** How long a daemon may take to confirm that a stream was given up. */
const ABORT_DEADLINE_MS = 10_000;

/** Reads and writes packets with back-pressure. Iterating ends when the daemon confirmed the end, and throws its error. */
export class PacketStream implements AsyncIterable<StreamPacket>, StreamSink {
  readonly #client: RpcClient;
  readonly #procedure: ProcedureId;
  readonly #onReleased: () => void;
  readonly #packets: StreamPacket[] = [];
  readonly #finished = Promise.withResolvers<void>();
  #serial = 0;
  #queuedBytes = 0;
  #paused = false;
  #finishing = false;
  #state: 'open' | 'finished' | 'aborting' | 'failed' = 'open';
  #error: LibvirtError | undefined;
  #wake: (() => void) | undefined;
  /** Writers that the socket holds back. */
  readonly #heldBack = new Set<() => void>();
  #abortTimer: NodeJS.Timeout | undefined;

  /** @internal `onReleased` runs once, when nothing is sent or received for this stream any more. */
  constructor(client: RpcClient, procedure: ProcedureId, onReleased: () => void) {
    this.#client = client;
    this.#procedure = procedure;
    this.#onReleased = onReleased;
    // Whoever never calls finish() learns of errors by reading or writing.
    this.#finished.promise.catch(() => undefined);
  }

  /** @internal The serial of the opening call; packets may already have come. */
  attach(serial: number): void {
    this.#serial = serial;
    this.#pauseIfFull();
    if (this.#state === 'aborting') this.#sendAbort();
    else if (this.#finishing) this.#client.sendStreamStatus(this.#procedure, serial, MessageStatus.OK);
  }

  /** The next packet; undefined after the last one. */
  async read(): Promise<StreamPacket | undefined> {
    for (;;) {
      const packet = this.#packets.shift();
      if (packet) {
        this.#consumed(packet);
        return packet;
      }
      if (this.#error) throw this.#error;
      if (this.#state !== 'open') return undefined;
      await new Promise<void>((resolve) => {
        const others = this.#wake;
        this.#wake = () => {
          others?.();
          resolve();
        };
      });
    }
  }

  /** Its packets; leaving the loop before the end aborts the stream. */
  async *[Symbol.asyncIterator](): AsyncGenerator<StreamPacket, void, void> {
    try {
      for (let packet = await this.read(); packet; packet = await this.read()) yield packet;
    } finally {
      this.abort();
    }
  }

  /**
   * Gives the bytes of a packet back, to be those of a later one: large packets then cost no memory. Who does not, keeps
   * them.
   */
  recycle(data: Buffer): void {
    this.#client.recycle(data);
  }

  /** Sends bytes; resolves when the socket takes more. They must not change until `onSent`. */
  async write(data: Uint8Array, onSent?: () => void): Promise<void> {
    for (let at = 0; at < data.length; at += STREAM_DATA_BYTES) {
      this.#requireOpen();
      const part = data.subarray(at, at + STREAM_DATA_BYTES);
      const told = at + part.length === data.length ? onSent : undefined;
      if (!this.#client.sendStreamData(this.#procedure, this.#serial, part, told)) await this.#drained();
    }
  }

  /** Skips `length` bytes, which read as zeros; only on a stream opened with the SPARSE flag. */
  async writeHole(length: number): Promise<void> {
    this.#requireOpen();
    if (!this.#client.sendStreamHole(this.#procedure, this.#serial, length)) await this.#drained();
  }

  /** Ends our side; resolves when the daemon has everything, rejects with its error. */
  finish(): Promise<void> {
    if (this.#state === 'open' && !this.#finishing) this.#finish();
    return this.#finished.promise;
  }

  /** Gives the stream up. Without effect once it has ended. */
  abort(reason?: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'aborting';
    this.#error = new LibvirtError({ code: 'ABORTED', message: `${this.#procedure.name}: aborted`, cause: reason });
    this.#packets.length = 0;
    this.#queuedBytes = 0;
    this.#resumeIfDrained();
    this.#finished.reject(this.#error);
    // Before the opening call is answered there is nothing to abort yet: attach() does it.
    if (this.#serial !== 0) this.#sendAbort();
    this.#awake();
  }

  /** @internal */
  onData(data: Buffer): void {
    if (this.#state !== 'open') return;
    this.#queue({ data }, data.length);
  }

  /** @internal */
  onHole(length: number): void {
    if (this.#state !== 'open') return;
    this.#queue({ hole: length }, 0);
  }

  /** @internal */
  onEnd(): void {
    if (this.#state === 'open' && !this.#finishing) this.#finish();
  }

  /** @internal */
  onFinished(): void {
    if (this.#state === 'open') {
      this.#state = 'finished';
      this.#finished.resolve();
    }
    this.#release();
  }

  /** @internal */
  onError(error: LibvirtError): void {
    if (this.#state === 'open') {
      this.#state = 'failed';
      this.#error = error;
      this.#finished.reject(error);
    }
    this.#release();
  }

  #finish(): void {
    this.#finishing = true;
    if (this.#serial !== 0) this.#client.sendStreamStatus(this.#procedure, this.#serial, MessageStatus.OK);
  }

  #queue(packet: StreamPacket, bytes: number): void {
    this.#packets.push(packet);
    this.#queuedBytes += bytes + PACKET_BYTES;
    if (this.#serial === 0 && this.#queuedBytes > EARLY_BYTES) {
      const { name } = this.#procedure;
      const message = `${name}: ${this.#queuedBytes} bytes of its stream before its reply`;
      throw new LibvirtError({ code: 'MALFORMED_PACKET', message, procedure: name, byteOffset: 0 });
    }
    this.#pauseIfFull();
    this.#awake();
  }

  /** Waits until the socket takes more, or until the stream has ended. */
  async #drained(): Promise<void> {
    const ended = Promise.withResolvers<void>();
    this.#heldBack.add(ended.resolve);
    await Promise.race([this.#client.drained(), ended.promise]);
    this.#heldBack.delete(ended.resolve);
    if (this.#error) throw this.#error;
  }

  #sendAbort(): void {
    this.#client.sendStreamStatus(this.#procedure, this.#serial, MessageStatus.ERROR);
    this.#abortTimer = setTimeout(() => {
      this.#client.closeStream(this.#serial);
      this.#release();
    }, ABORT_DEADLINE_MS);
    this.#abortTimer.unref();
  }

  #requireOpen(): void {
    if (this.#error) throw this.#error;
    if (this.#state === 'open' && !this.#finishing) return;
    throw new LibvirtError({ code: 'INVALID_STREAM', message: `${this.#procedure.name}: the stream has ended` });
  }

  #consumed(packet: StreamPacket): void {
    this.#queuedBytes -= PACKET_BYTES + ('data' in packet ? packet.data.length : 0);
    this.#resumeIfDrained();
  }

  /** Not before the opening call is answered: its reply may lie behind the data. */
  #pauseIfFull(): void {
    if (this.#state !== 'open' || this.#paused || this.#serial === 0 || this.#queuedBytes <= PAUSE_BYTES) return;
    this.#paused = true;
    this.#client.pause();
  }

  #resumeIfDrained(): void {
    if (this.#queuedBytes <= RESUME_BYTES) this.#resume();
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#client.resume();
  }

  /** Nothing comes any more: what is queued may wait for its reader without holding up the connection. */
  #release(): void {
    clearTimeout(this.#abortTimer);
    this.#resume();
    this.#awake();
    this.#onReleased();
  }

  #awake(): void {
    this.#wake?.();
    this.#wake = undefined;
    if (this.#state !== 'open') for (const wake of this.#heldBack) wake();
  }
}

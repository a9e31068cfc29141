/** The daemon's side of a stream; its packets are described in ../streams/packet-stream.ts. */
import type { LibvirtError } from '../errors.ts';
import { STREAM_DATA_BYTES } from '../rpc/frame.ts';
import type { StreamPacket } from '../streams/packet-stream.ts';

/** What a stream needs of its connection. */
export interface StreamWire {
  data(data: Uint8Array): void;
  hole(length: number): void;
  /** Resolves when the socket takes more, or when the connection has ended. */
  drained(): Promise<void>;
  /** Stops reading from the client, so that it stops sending; false: goes on. */
  hold(held: boolean): void;
}

/** Bytes that may wait here before the connection stops reading, and when it goes on. */
const HOLD_BYTES = 1024 * 1024;
const RELEASE_BYTES = 256 * 1024;
/** What a packet costs beside its bytes: holes and tiny packets fill memory too. */
const PACKET_BYTES = 256;

/** Iterating gives the client's packets until it finishes, and throws when it gives the stream up or goes away. */
export class ServerStream implements AsyncIterable<StreamPacket> {
  readonly #wire: StreamWire;
  readonly #packets: StreamPacket[] = [];
  #queuedBytes = 0;
  #held = false;
  #finished = false;
  #error: LibvirtError | undefined;
  #wake: (() => void) | undefined;

  constructor(wire: StreamWire) {
    this.#wire = wire;
  }

  /** The client's packets, until it finishes. */
  async *[Symbol.asyncIterator](): AsyncGenerator<StreamPacket, void, void> {
    for (let packet = await this.#next(); packet; packet = await this.#next()) yield packet;
  }

  /** Sends bytes; resolves when the socket takes more. */
  async write(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length; at += STREAM_DATA_BYTES) {
      if (this.#error) throw this.#error;
      this.#wire.data(data.subarray(at, at + STREAM_DATA_BYTES));
      await this.#wire.drained();
    }
  }

  /** Skips bytes that read as zeros; only where the client asked for a sparse stream. */
  async writeHole(length: number): Promise<void> {
    if (this.#error) throw this.#error;
    this.#wire.hole(length);
    await this.#wire.drained();
  }

  /** Tells the client that no more will come; it answers by finishing. */
  end(): void {
    if (!this.#error) this.#wire.data(new Uint8Array());
  }

  /** Resolves when the client has finished, rejects when it has given up. */
  async settled(): Promise<void> {
    while (await this.#next());
  }

  /** Whether the client gave it up or has gone. */
  get failed(): boolean {
    return this.#error !== undefined;
  }

  /** @internal */
  onPacket(packet: StreamPacket): void {
    // An empty packet is the client's end of data in the form that old clients use; its finish follows.
    if (this.#finished || ('data' in packet && packet.data.length === 0)) return;
    this.#packets.push(packet);
    this.#queuedBytes += costOf(packet);
    if (this.#queuedBytes > HOLD_BYTES) this.#hold(true);
    this.#awake();
  }

  /** @internal */
  onFinish(): void {
    this.#finished = true;
    this.#awake();
  }

  /** @internal */
  fail(error: LibvirtError): void {
    this.#error ??= error;
    this.#packets.length = 0;
    this.#queuedBytes = 0;
    this.#hold(false);
    this.#awake();
  }

  /** The next packet; undefined after the last one. One reader at a time. */
  async #next(): Promise<StreamPacket | undefined> {
    for (;;) {
      if (this.#error) throw this.#error;
      const packet = this.#packets.shift();
      if (packet) {
        this.#queuedBytes -= costOf(packet);
        if (this.#queuedBytes <= RELEASE_BYTES) this.#hold(false);
        return packet;
      }
      if (this.#finished) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #hold(held: boolean): void {
    if (this.#held === held) return;
    this.#held = held;
    this.#wire.hold(held);
  }

  #awake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

function costOf(packet: StreamPacket): number {
  return PACKET_BYTES + ('data' in packet ? packet.data.length : 0);
}

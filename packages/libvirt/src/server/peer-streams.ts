import { LibvirtError } from '../errors.ts';
import { readNetStreamHole } from '../generated/net.ts';
import { type FrameHeader, MessageStatus, MessageType } from '../rpc/frame.ts';
import { toNumber, XdrReader } from '../xdr/index.ts';
import { isUnexpected, writeFailure } from './failure.ts';
import { ServerStream } from './server-stream.ts';
import type { Wire } from './wire.ts';

export type ServeStream = (stream: ServerStream) => Promise<void>;

/** The streams of one connection, by the serial of the call that opened each. */
export class PeerStreams {
  readonly #wire: Wire;
  readonly #log: (line: string) => void;
  readonly #streams = new Map<number, ServerStream>();

  constructor(wire: Wire, log: (line: string) => void) {
    this.#wire = wire;
    this.#log = log;
  }

  /** A stream that a call opens; known before the call is answered, since a client need not wait for that. */
  open(call: FrameHeader): ServerStream {
    const packet = { ...call, status: MessageStatus.CONTINUE };
    const stream = new ServerStream({
      data: (data) => this.#wire.send({ ...packet, type: MessageType.STREAM }, (writer) => writer.raw(data)),
      hole: (length) =>
        this.#wire.send({ ...packet, type: MessageType.STREAM_HOLE }, (writer) => {
          writer.hyper(length);
          writer.uint(0);
        }),
      drained: () => this.#wire.drained(),
      hold: (held) => this.#wire.hold(held),
    });
    this.#streams.set(call.serial, stream);
    return stream;
  }

  /** Lets `serve` work and tells the client how it ended. Never rejects. */
  async serve(call: FrameHeader, name: string, stream: ServerStream, serve: ServeStream): Promise<void> {
    const packet = { ...call, type: MessageType.STREAM };
    try {
      await serve(stream);
      await stream.settled();
      this.#wire.send({ ...packet, status: MessageStatus.OK });
    } catch (error) {
      // The client gave up, or is gone: there is nobody to tell.
      if (stream.failed) return;
      if (isUnexpected(error)) this.#log(`${name}: ${String(error)}`);
      this.#wire.send({ ...packet, status: MessageStatus.ERROR }, (writer) => writeFailure(writer, error));
    } finally {
      this.#streams.delete(call.serial);
    }
  }

  /** For a call that opened a stream and then failed. */
  forget(serial: number): void {
    this.#streams.delete(serial);
  }

  onPacket(header: FrameHeader, data: Buffer): void {
    const stream = this.#streams.get(header.serial);
    // Packets under way while a stream ended are no error.
    if (!stream) return;
    if (header.status === MessageStatus.CONTINUE) stream.onPacket({ data });
    else if (header.status === MessageStatus.OK) stream.onFinish();
    else {
      this.#streams.delete(header.serial);
      stream.fail(new LibvirtError({ code: 'ABORTED', message: 'the client gave the stream up' }));
      this.#wire.send({ ...header, status: MessageStatus.OK });
    }
  }

  /** Throws where it cannot be read. */
  onHole(header: FrameHeader, payload: Buffer): void {
    const reader = new XdrReader(payload, 0, payload.length, 'stream hole');
    const { length } = readNetStreamHole(reader);
    reader.finish();
    if (length < 0) reader.fail(`hole of ${length} bytes`);
    this.#streams.get(header.serial)?.onPacket({ hole: toNumber(length) });
  }

  failAll(): void {
    const gone = new LibvirtError({ code: 'CONNECTION_LOST', message: 'the client has gone' });
    for (const stream of this.#streams.values()) stream.fail(gone);
    this.#streams.clear();
  }
}

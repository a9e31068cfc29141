/** A PacketStream as Node's own streams. */
import { Duplex, Readable, Writable } from 'node:stream';
import type { PacketStream } from './packet-stream.ts';

const ZEROS = Buffer.alloc(64 * 1024);

/** Holes become zeros, piece by piece: one may be larger than memory. */
async function* bytes(stream: PacketStream): AsyncGenerator<Buffer, void, void> {
  for await (const packet of stream) {
    if ('data' in packet) yield packet.data;
    else yield* zeros(packet.hole);
  }
}

function* zeros(length: number): Generator<Buffer, void, void> {
  for (let left = length; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, Math.min(left, ZEROS.length));
}

/** Destroying it before its end aborts the stream. */
export function toReadable(stream: PacketStream): Readable {
  return Readable.from(bytes(stream), { objectMode: false });
}

/** 'finish' comes when the daemon has confirmed; destroying it before aborts the stream. */
export function toWritable(stream: PacketStream): Writable {
  return new Writable(writeSide(stream));
}

/** Reads and writes at a time: consoles and channels. */
export function toDuplex(stream: PacketStream): Duplex {
  const pieces = bytes(stream);
  const duplex: Duplex = new Duplex({
    ...writeSide(stream),
    read() {
      pieces.next().then(
        ({ value }) => duplex.push(value ?? null),
        (error: Error) => duplex.destroy(error),
      );
    },
  });
  return duplex;
}

function writeSide(stream: PacketStream) {
  return {
    write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void) {
      stream.write(chunk).then(() => done(), done);
    },
    final(done: (error?: Error | null) => void) {
      stream.finish().then(() => done(), done);
    },
    destroy(error: Error | null, done: (error?: Error | null) => void) {
      stream.abort(error ?? undefined);
      done(error);
    },
  };
}

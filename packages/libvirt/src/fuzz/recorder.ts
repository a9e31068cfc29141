import { once } from 'node:events';
import { createConnection, createServer, type Server } from 'node:net';
import { FrameReader, HEADER_BYTES } from '../rpc/frame.ts';
import { XdrReader } from '../xdr/index.ts';
import { formatFrame, nameOf, type RecordedFrame } from './corpus.ts';
import { codecOf } from './frame-codec.ts';

/** A frame above this would make the corpus large and its mutants no better. */
const MAXIMUM_BYTES = 4096;

/**
 * Stands between any clients and a daemon and keeps one frame of each shape: the same procedure, direction and status, the
 * same fields there, lists as long or as short.
 */
export class Recorder {
  readonly #frames = new Map<string, RecordedFrame>();

  /** Listens at `path` for the daemon at `socketPath`. */
  async listen(path: string, socketPath: string): Promise<Server> {
    const server = createServer((client) => {
      const daemon = createConnection(socketPath);
      const sides = [
        { from: 'client', near: client, far: daemon },
        { from: 'daemon', near: daemon, far: client },
      ] as const;
      for (const { from, near, far } of sides) {
        const frames = this.#reader(from);
        near.on('data', (bytes: Buffer) => frames.push(bytes));
        near.pipe(far);
        near.on('error', () => far.destroy());
      }
    });
    await once(server.listen(path), 'listening');
    return server;
  }

  /** Sorted: the same conversation gives the same text, but for what differs by itself. */
  lines(): string[] {
    return [...this.#frames.values()].map(formatFrame).sort();
  }

  #reader(from: RecordedFrame['from']): FrameReader {
    return new FrameReader(({ program, procedure, type, status }, bytes, start, end) => {
      const name = nameOf(program, procedure);
      if (name === undefined || end - start > MAXIMUM_BYTES) return;
      const payload = Buffer.from(bytes.subarray(start + HEADER_BYTES, end));
      const frame = { from, name, type, status, payload };
      const key = `${from} ${name} ${type} ${status} ${shapeOf(frame)}`;
      if (!this.#frames.has(key)) this.#frames.set(key, frame);
    });
  }
}

function shapeOf(frame: RecordedFrame): string {
  const codec = codecOf(frame);
  if (!codec) return frame.payload.length === 0 ? 'empty' : 'bytes';
  return shape(codec.decode(new XdrReader(frame.payload, 0, frame.payload.length, frame.name)));
}

/** What decoders branch on: which fields are there, which arm of a union, none, one or many items. */
function shape(value: unknown): string {
  if (Array.isArray(value)) {
    const items = [...new Set(value.map(shape))].sort();
    return `[${value.length > 1 ? 'many' : value.length}:${items.join('|')}]`;
  }
  if (value instanceof Uint8Array) return value.length === 0 ? 'b0' : 'b';
  if (value === null || typeof value !== 'object') return value === '' ? 's0' : value === null ? '-' : typeof value;
  const fields = Object.entries(value).map(([name, field]) => (name === 'type' ? `type=${field}` : shape(field)));
  return `{${fields.join(',')}}`;
}

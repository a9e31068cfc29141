/** Ways to a daemon that is not one: what arrives at the client is delivered by hand, byte by byte. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { unixTransport } from '../transport/unix.ts';

export interface Wire {
  /** The client's end. */
  readonly socket: Duplex;
  /** Called with what the client sends. */
  onSent: (bytes: Buffer) => void;
  deliver(bytes: Buffer): void;
  end(how: 'end of file' | 'reset' | 'gone'): void;
}

/** Within this process: what is delivered has arrived when `deliver` returns, unless the client has stopped reading. */
export class DirectWire extends Duplex implements Wire {
  readonly socket = this;
  onSent: (bytes: Buffer) => void = () => undefined;

  override _read(): void {
    // What is there was pushed.
  }

  override _write(bytes: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    // Not at once: no socket answers before it has taken the question.
    process.nextTick(() => this.onSent(bytes));
    done();
  }

  deliver(bytes: Buffer): void {
    if (!this.destroyed) this.push(bytes);
  }

  override end(how?: unknown): this {
    if (how === 'end of file' && !this.destroyed) this.push(null);
    else if (how === 'reset') this.destroy(new Error('read ECONNRESET'));
    else this.destroy();
    return this;
  }
}

/** Through the kernel, and through the socket that lends its bytes. */
export class UnixWires {
  readonly #path: string;
  readonly #server: Server;

  private constructor(path: string, server: Server) {
    this.#path = path;
    this.#server = server;
  }

  static async listen(path: string): Promise<UnixWires> {
    const server = createServer();
    await once(server.listen(path), 'listening');
    return new UnixWires(path, server);
  }

  async open(): Promise<Wire> {
    const accepted = once(this.#server, 'connection') as Promise<[Socket]>;
    const socket = await unixTransport([this.#path])(AbortSignal.timeout(10_000), () => undefined);
    const [far] = await accepted;
    const wire: Wire = {
      socket,
      onSent: () => undefined,
      deliver: (bytes) => void far.write(bytes),
      end: (how) => void (how === 'end of file' ? far.end() : far.destroy()),
    };
    far.on('data', (bytes: Buffer) => wire.onSent(bytes));
    // The client ends a connection on which it read nonsense.
    far.on('error', () => far.destroy());
    return wire;
  }

  async close(): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }
}

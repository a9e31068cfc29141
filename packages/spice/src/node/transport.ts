import { createConnection, type NetConnectOpts, type Socket } from 'node:net';
import { SpiceError } from '../wire/error.ts';
import type { Transport, TransportSink } from '../wire/transport.ts';

/** Where a SPICE server listens: a unix socket, or a TCP port. */
export type ServerAddress = { path: string } | { host: string; port: number };

/** Connects to a server. @throws SpiceError transport */
export function connectSocket(address: ServerAddress, timeoutMs = 10_000): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ ...address, noDelay: true } as NetConnectOpts);
    const fail = (cause: Error): void => {
      socket.destroy();
      reject(new SpiceError('transport', `cannot connect: ${cause.message}`, { cause }));
    };
    socket.setTimeout(timeoutMs, () => fail(new Error(`no answer within ${timeoutMs} ms`)));
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.off('error', fail);
      resolve(new SocketTransport(socket));
    });
  });
}

class SocketTransport implements Transport {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    // Until `start`, an error would have nobody to hear it; 'close' follows and tells.
    socket.on('error', () => undefined);
  }

  start(sink: TransportSink): void {
    let failure: Error | undefined;
    this.#socket.on('error', (error) => {
      failure = error;
    });
    this.#socket.on('data', (chunk: Buffer) => sink.data(chunk));
    this.#socket.on('close', () => sink.closed(failure));
  }

  send(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.destroy();
  }
}

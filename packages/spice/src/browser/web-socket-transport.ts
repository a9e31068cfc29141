import { SpiceError } from '../wire/error.ts';
import type { Transport, TransportSink } from '../wire/transport.ts';

/** Where one channel is relayed as a WebSocket: raw bytes both ways, frames without meaning. */
export interface WebSocketAddress {
  url: string;
  protocols?: string[] | undefined;
}

/** @throws SpiceError transport when the WebSocket is refused or does not open in time */
export function connectWebSocket(
  { url, protocols = ['binary'] }: WebSocketAddress,
  timeoutMs: number,
): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocols);
    socket.binaryType = 'arraybuffer';
    const fail = (message: string): void => {
      clearTimeout(timer);
      socket.close();
      reject(new SpiceError('transport', message));
    };
    const timer = setTimeout(() => fail(`the relay did not answer within ${timeoutMs} ms`), timeoutMs);
    socket.onclose = ({ code, reason }) => fail(`the relay refused the channel: ${reason || `close code ${code}`}`);
    socket.onopen = () => {
      clearTimeout(timer);
      resolve(new WebSocketTransport(socket));
    };
  });
}

const CLOSE_NORMAL = 1000;

class WebSocketTransport implements Transport {
  readonly #socket: WebSocket;
  #sink: TransportSink | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  start(sink: TransportSink): void {
    this.#sink = sink;
    this.#socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => this.#sink?.data(new Uint8Array(data));
    this.#socket.onclose = ({ code, reason }) => {
      this.#sink?.closed(code === CLOSE_NORMAL ? undefined : new Error(reason || `the relay closed with code ${code}`));
    };
  }

  send(bytes: Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(bytes as Uint8Array<ArrayBuffer>);
  }

  close(): void {
    this.#sink = undefined;
    this.#socket.close(CLOSE_NORMAL);
  }
}

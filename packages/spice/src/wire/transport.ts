/** Where a transport delivers. Chunks have no relation to message borders and belong to the receiver. */
export interface TransportSink {
  data(chunk: Uint8Array): void;
  /** Called once, last; `reason` is undefined for an orderly end. */
  closed(reason?: Error): void;
}

/** An open duplex byte stream to one SPICE channel: a socket, a WebSocket, a test's pair of queues. */
export interface Transport {
  /** Begins delivery; called once, before anything is sent. */
  start(sink: TransportSink): void;
  send(bytes: Uint8Array): void;
  /** Ends the stream; nothing is delivered afterwards. Safe to call twice. */
  close(): void;
}

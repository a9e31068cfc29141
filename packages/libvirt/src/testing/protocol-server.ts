/** A daemon in a few lines: the server half, with handlers that see the wire, and a record of what clients sent. */
import type { Duplex } from 'node:stream';
import type { ArgsOf, ProcedureName, RetOf } from '../caller.ts';
import { KEEPALIVE_PROGRAM } from '../generated/constants.ts';
import type { EventMessages } from '../generated/events.ts';
import { procedures } from '../generated/procedures.ts';
import { type FrameHeader, MessageStatus, MessageType } from '../rpc/frame.ts';
import type { Call, Client, Handlers as ServerHandlers } from '../server/handlers.ts';
import type { Peer } from '../server/peer.ts';
import { procedureOf } from '../server/running-call.ts';
import { Server } from '../server/server.ts';
import type { Transport } from '../transport/transport.ts';
import type { XdrWriter } from '../xdr/index.ts';

export { ServerFailure } from '../server/failure.ts';

/** By procedure: what it is answered with. */
export type Handlers = {
  [Name in ProcedureName]?: (
    args: ArgsOf<Name>,
    peer: ServerPeer,
    serial: number,
  ) => RetOf<Name> | Promise<RetOf<Name>>;
};

/** Answers with what its handlers return, and notes what came. */
export class ProtocolServer {
  /** Connections so far, the newest last. */
  readonly peers: ServerPeer[] = [];
  readonly #server: Server<void>;
  readonly #byPeer = new WeakMap<Client<void>, ServerPeer>();

  constructor(handlers: Handlers = {}) {
    this.#server = new Server<void>({
      open: () => undefined,
      handlers: { connectSupportsFeature: () => ({ supported: 1 }), ...this.#adapt(handlers) },
      keepalive: false,
      onPeer: (peer) => {
        const recorded = new ServerPeer(peer);
        this.#byPeer.set(peer, recorded);
        this.peers.push(recorded);
      },
      tap: (client, header, payload) => this.#byPeer.get(client)!.record(header, payload),
    });
  }

  /** A way to this server without a socket. */
  get transport(): Transport {
    return this.#server.transport;
  }

  #adapt(handlers: Handlers): ServerHandlers<void> {
    const adapted = Object.entries(handlers).map(([name, handler]) => [
      name,
      (args: never, { client, serial }: Call<void>) => handler(args, this.#byPeer.get(client)!, serial),
    ]);
    return Object.fromEntries(adapted);
  }
}

/** The server's side of one connection. */
export class ServerPeer {
  readonly #peer: Peer<void>;
  /** Names of the procedures called, in order. */
  readonly calls: string[] = [];
  /** Packets of streams that came, in order. */
  readonly streamPackets: { header: FrameHeader; data: Buffer }[] = [];
  /** How many came. */
  pongs = 0;
  /** How many came. */
  pings = 0;
  #onPacket: (() => void)[] = [];

  constructor(peer: Peer<void>) {
    this.#peer = peer;
  }

  /** The bytes. */
  get socket(): Duplex {
    return this.#peer.socket;
  }

  /** Resolves when the condition holds; looked at after each packet. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#onPacket.push(resolve));
  }

  /** Sends an event message. */
  emit<Name extends keyof EventMessages>(name: Name, payload: EventMessages[Name]): void {
    this.#peer.emit(name, payload);
  }

  /** Sends a packet of a stream: CONTINUE with data, or empty at its end; OK; ERROR. */
  stream(name: ProcedureName, serial: number, status: number, data: Uint8Array = new Uint8Array()): void {
    this.send(packetOf(name, MessageType.STREAM, serial, status), (writer) => writer.raw(data));
  }

  /** Sends a hole of a sparse stream. */
  streamHole(name: ProcedureName, serial: number, length: number): void {
    this.send(packetOf(name, MessageType.STREAM_HOLE, serial, MessageStatus.CONTINUE), (writer) => {
      writer.hyper(length);
      writer.uint(0);
    });
  }

  /** Sends a ping. */
  ping(): void {
    this.send({ program: KEEPALIVE_PROGRAM, procedure: 1, type: MessageType.MESSAGE, serial: 0, status: 0 });
  }

  /** Sends any frame. */
  send(header: FrameHeader, body?: (writer: XdrWriter) => void): void {
    this.#peer.send(header, body);
  }

  /** Notes a frame; true where it is enough to have it noted: pings are not answered here. */
  record(header: FrameHeader, payload: Buffer): boolean {
    for (const wake of this.#onPacket.splice(0)) queueMicrotask(wake);
    if (header.program === KEEPALIVE_PROGRAM) {
      if (header.procedure === 2) this.pongs++;
      else this.pings++;
      return true;
    }
    if (header.type === MessageType.CALL) this.calls.push(procedureOf(header)?.name ?? 'unknown');
    else this.streamPackets.push({ header, data: Buffer.from(payload) });
    return header.type !== MessageType.CALL;
  }
}

function packetOf(name: ProcedureName, type: number, serial: number, status: number): FrameHeader {
  const { program, number } = procedures[name];
  return { program, procedure: number, type, serial, status };
}

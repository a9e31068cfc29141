/** A daemon in a few lines: speaks the RPC from the same tables, answers with what its handlers return. */
import { type Duplex, duplexPair } from 'node:stream';
import type { ArgsOf, ProcedureName, RetOf } from '../caller.ts';
import { KEEPALIVE_PROGRAM } from '../generated/constants.ts';
import { ErrorNumber } from '../generated/enums.ts';
import { type EventMessages, eventMessages } from '../generated/events.ts';
import { writeNetMessageError } from '../generated/net.ts';
import { procedures } from '../generated/procedures.ts';
import { encodeFrame, type FrameHeader, FrameReader, HEADER_BYTES, MessageStatus, MessageType } from '../rpc/frame.ts';
import type { Procedure } from '../rpc/procedure.ts';
import type { Transport } from '../transport/transport.ts';
import { XdrReader, XdrWriter } from '../xdr/index.ts';

export class ServerFailure extends Error {
  readonly code: keyof typeof ErrorNumber;

  constructor(code: keyof typeof ErrorNumber, message: string) {
    super(message);
    this.code = code;
  }
}

export type Handlers = {
  [Name in ProcedureName]?: (
    args: ArgsOf<Name>,
    peer: ServerPeer,
    serial: number,
  ) => RetOf<Name> | Promise<RetOf<Name>>;
};

/** What every connection begins with. */
const opening: Handlers = {
  authList: () => ({ types: [0] }),
  connectSupportsFeature: () => ({ supported: 1 }),
  connectOpen: () => undefined,
  connectClose: () => undefined,
};

const byNumber = new Map<string, Procedure<unknown, unknown>>();
for (const procedure of Object.values(procedures)) {
  byNumber.set(`${procedure.program}:${procedure.number}`, procedure as Procedure<unknown, unknown>);
}

export class ProtocolServer {
  readonly handlers: Handlers;
  /** Connections so far, the newest last. */
  readonly peers: ServerPeer[] = [];

  constructor(handlers: Handlers = {}) {
    this.handlers = { ...opening, ...handlers };
  }

  /** A way to this server without a socket. */
  readonly transport: Transport = async () => {
    const [near, far] = duplexPair();
    this.peers.push(new ServerPeer(far, this.handlers));
    return near;
  };
}

/** The server's side of one connection. */
export class ServerPeer {
  readonly socket: Duplex;
  readonly #handlers: Handlers;
  readonly #writer = new XdrWriter();
  /** Names of the procedures called, in order. */
  readonly calls: string[] = [];
  readonly streamPackets: { header: FrameHeader; data: Buffer }[] = [];
  pongs = 0;
  pings = 0;
  #onPacket: (() => void)[] = [];

  constructor(socket: Duplex, handlers: Handlers) {
    this.socket = socket;
    this.#handlers = handlers;
    const frames = new FrameReader((header, bytes, start, end) => this.#onFrame(header, bytes, start, end));
    socket.on('data', (chunk: Buffer) => frames.push(chunk));
    // A client that goes away is no failure of the server.
    socket.on('error', () => socket.destroy());
  }

  /** Resolves when the condition holds; looked at after each packet. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#onPacket.push(resolve));
  }

  emit<Name extends keyof EventMessages>(name: Name, payload: EventMessages[Name]): void {
    const message = eventMessages[name];
    const header = {
      program: message.program,
      procedure: message.number,
      type: MessageType.MESSAGE,
      serial: 0,
      status: 0,
    };
    this.send(header, (writer) => message.encode(writer, payload));
  }

  stream(name: ProcedureName, serial: number, status: number, data: Uint8Array = new Uint8Array()): void {
    const { program, number } = procedures[name];
    const header = { program, procedure: number, type: MessageType.STREAM, serial, status };
    this.send(header, (writer) => writer.raw(data));
  }

  streamHole(name: ProcedureName, serial: number, length: number): void {
    const { program, number } = procedures[name];
    const header = {
      program,
      procedure: number,
      type: MessageType.STREAM_HOLE,
      serial,
      status: MessageStatus.CONTINUE,
    };
    this.send(header, (writer) => {
      writer.hyper(length);
      writer.uint(0);
    });
  }

  ping(): void {
    this.send({ program: KEEPALIVE_PROGRAM, procedure: 1, type: MessageType.MESSAGE, serial: 0, status: 0 });
  }

  send(header: FrameHeader, body?: (writer: XdrWriter) => void): void {
    this.socket.write(encodeFrame(this.#writer, 'server', header, body));
  }

  #onFrame(header: FrameHeader, bytes: Buffer, start: number, end: number): void {
    if (header.program === KEEPALIVE_PROGRAM) this.#onKeepalive(header);
    else if (header.type === MessageType.CALL) void this.#onCall(header, bytes, start + HEADER_BYTES, end);
    else this.streamPackets.push({ header, data: Buffer.from(bytes.subarray(start + HEADER_BYTES, end)) });
    for (const wake of this.#onPacket.splice(0)) wake();
  }

  #onKeepalive(header: FrameHeader): void {
    if (header.procedure === 2) this.pongs++;
    else this.pings++;
  }

  async #onCall(header: FrameHeader, bytes: Buffer, start: number, end: number): Promise<void> {
    const procedure = byNumber.get(`${header.program}:${header.procedure}`);
    const answer = { ...header, type: MessageType.REPLY };
    try {
      if (!procedure) throw new ServerFailure('RPC', `unknown procedure: ${header.procedure}`);
      this.calls.push(procedure.name);
      const reader = new XdrReader(bytes, start, end, procedure.name);
      const args = procedure.decodeArgs(reader);
      reader.finish();
      // Handlers are typed by their procedure; by number the type is lost.
      const handler = this.#handlers[procedure.name as ProcedureName] as Handler | undefined;
      if (!handler) throw new ServerFailure('NO_SUPPORT', `${procedure.name} is not supported`);
      const ret = await handler(args, this, header.serial);
      this.send({ ...answer, status: MessageStatus.OK }, (writer) => procedure.encodeRet(writer, ret));
    } catch (error) {
      this.send({ ...answer, status: MessageStatus.ERROR }, (writer) => writeError(writer, error));
    }
  }
}

type Handler = (args: unknown, peer: ServerPeer, serial: number) => unknown;

function writeError(writer: XdrWriter, error: unknown): void {
  const code = error instanceof ServerFailure ? ErrorNumber[error.code] : ErrorNumber.INTERNAL_ERROR;
  const none = { dom: null, str1: null, str2: null, str3: null, int1: 0, int2: 0, net: null };
  const message = error instanceof Error ? error.message : String(error);
  writeNetMessageError(writer, { code, domain: 7, message, level: 2, ...none });
}

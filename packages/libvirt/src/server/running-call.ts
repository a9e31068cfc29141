import { setTimeout as delay } from 'node:timers/promises';
import type { ProcedureName } from '../caller.ts';
import { procedures } from '../generated/procedures.ts';
import { encodeFrame, type FrameHeader, MessageStatus, MessageType } from '../rpc/frame.ts';
import type { Procedure, ProcedureId } from '../rpc/procedure.ts';
import { XdrReader } from '../xdr/reader.ts';
import type { ServerContext } from './context.ts';
import { isUnexpected, ServerFailure, writeFailure } from './failure.ts';
import { type Fault, spoil } from './faults.ts';
import type { Call, Client } from './handlers.ts';
import type { PeerStreams, ServeStream } from './peer-streams.ts';
import type { ServerStream } from './server-stream.ts';
import type { Wire } from './wire.ts';

type AnyProcedure = Procedure<unknown, unknown>;
type AnyHandler<Driver> = (args: unknown, call: Call<Driver>) => unknown;

const byNumber = new Map<string, AnyProcedure>();
for (const procedure of Object.values(procedures)) {
  byNumber.set(`${procedure.program}:${procedure.number}`, procedure as AnyProcedure);
}

/** The procedure that a client's packet belongs to; undefined where the table has none. */
export function procedureOf(header: Pick<FrameHeader, 'program' | 'procedure'>): AnyProcedure | undefined {
  return byNumber.get(`${header.program}:${header.procedure}`);
}

/** One call from its frame to its reply. */
export class RunningCall<Driver> implements Call<Driver> {
  readonly client: Client<Driver> & Wire;
  readonly #context: ServerContext<Driver>;
  readonly #streams: PeerStreams;
  readonly #header: FrameHeader;
  readonly #procedure: AnyProcedure | undefined;
  readonly #fault: Fault | undefined;
  #stream: { readonly opened: ServerStream; readonly serve: ServeStream } | undefined;

  constructor(
    client: Client<Driver> & Wire,
    context: ServerContext<Driver>,
    streams: PeerStreams,
    header: FrameHeader,
  ) {
    this.client = client;
    this.#context = context;
    this.#streams = streams;
    this.#header = header;
    this.#procedure = procedureOf(header);
    this.#fault = this.#procedure && context.faultOf(client, this.#procedure.name);
  }

  get driver(): Driver {
    return this.client.driver;
  }

  get serial(): number {
    return this.#header.serial;
  }

  get procedure(): ProcedureId {
    const { program, procedure } = this.#header;
    return this.#procedure ?? { name: `procedure ${procedure}`, program, number: procedure };
  }

  serveStream(serve: ServeStream): void {
    this.#stream = { opened: this.#streams.open(this.#header), serve };
  }

  /** Works and answers, at once where the handler does. `onSettled` runs when the client may make another call. */
  run(payload: Buffer, onSettled: () => void): void {
    // As libvirtd: a call counts until its reply has left, so that who does not read is not read from.
    const settle = () => (this.client.isFull ? void this.client.drained().then(onSettled) : onSettled());
    const succeed = (ret: unknown) => {
      this.#reply(ret);
      settle();
    };
    const fail = (error: unknown) => {
      this.#replyError(error);
      settle();
    };
    let ret: unknown;
    try {
      // Read now: the bytes are lent.
      const args = this.#readArgs(payload);
      ret = this.#fault ? this.#workBadly(this.#fault, args) : this.#work(args);
    } catch (error) {
      fail(error);
      return;
    }
    if (ret instanceof Promise) ret.then(succeed, fail);
    else succeed(ret);
  }

  /** As libvirtd: a call that cannot be read is answered with an error, since its frame tells where the next begins. */
  #readArgs(payload: Buffer): unknown {
    const procedure = this.#procedure;
    if (!procedure) throw new ServerFailure('RPC', `unknown procedure: ${this.#header.procedure}`, 'RPC');
    try {
      const reader = new XdrReader(payload, 0, payload.length, procedure.name);
      const args = procedure.decodeArgs(reader);
      reader.finish();
      return args;
    } catch (error) {
      throw new ServerFailure('RPC', `cannot read the call: ${error instanceof Error ? error.message : error}`, 'RPC');
    }
  }

  #work(args: unknown): unknown {
    const { name } = this.procedure;
    // Handlers are typed by their procedure; by number the type is lost.
    const handler = this.#context.handlers[name as ProcedureName] as AnyHandler<Driver> | undefined;
    if (handler) return handler(args, this);
    throw new ServerFailure('NO_SUPPORT', `this function is not supported by the connection driver: ${name}`);
  }

  async #workBadly(fault: Fault, args: unknown): Promise<unknown> {
    if (fault.kind === 'error') throw new ServerFailure(fault.code, fault.message ?? `${fault.code} on demand`);
    if (fault.kind === 'slow') await delay(fault.delayMs, undefined, { signal: this.client.closed });
    // Nothing holds this promise: it goes when the connection does.
    if (fault.kind === 'hung') return new Promise<never>(() => undefined);
    return this.#work(args);
  }

  #reply(ret: unknown): void {
    if (this.client.isGone) return;
    const procedure = this.#procedure!;
    let frame: Buffer;
    try {
      const header = { ...this.#header, type: MessageType.REPLY, status: MessageStatus.OK };
      frame = encodeFrame(this.#context.writer, procedure.name, header, (writer) => procedure.encodeRet(writer, ret));
      if (this.#fault?.kind === 'malformed') frame = spoil(frame, ret, this.#fault.how);
    } catch (error) {
      this.#replyError(error);
      return;
    }
    if (this.#fault?.kind === 'dropped') {
      this.#drop(frame.subarray(0, this.#fault.afterBytes));
      return;
    }
    this.client.write(frame);
    if (this.#stream) void this.#streams.serve(this.#header, procedure.name, this.#stream.opened, this.#stream.serve);
  }

  #replyError(error: unknown): void {
    if (this.client.isGone) return;
    if (isUnexpected(error)) this.#context.log(`${this.procedure.name}: ${String(error)}`);
    this.#streams.forget(this.serial);
    const header = { ...this.#header, type: MessageType.REPLY, status: MessageStatus.ERROR };
    this.client.send(header, (writer) => writeFailure(writer, error));
  }

  #drop(beginning: Buffer): void {
    if (beginning.length === 0) this.client.close();
    else this.client.write(beginning, () => this.client.close());
  }
}

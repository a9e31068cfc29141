import type { ArgsOf, ProcedureName, RetOf } from '../caller.ts';
import type { EventMessages } from '../generated/events.ts';
import type { ProcedureId } from '../rpc/procedure.ts';
import type { ServerStream } from './server-stream.ts';

/** A connection as handlers see it. `Driver` is what answers behind it once it is open. */
export interface Client<Driver> {
  /** What `open` gave for this connection. Asked for before CONNECT_OPEN, it fails the call as libvirtd does. */
  readonly driver: Driver;
  /** Whether CONNECT_OPEN was answered well. */
  readonly isOpen: boolean;
  /** Aborts when the connection has ended. */
  readonly closed: AbortSignal;
  /** Sends an event message. */
  emit<Name extends keyof EventMessages>(name: Name, payload: EventMessages[Name]): void;
  /** Tells what answers from now on; once for each connection. */
  open(driver: Driver): void;
  /** Pings from now on, as libvirtd does to whoever says that it knows keepalive; the silent are dropped. */
  startKeepalive(): void;
  /** Ends the connection. */
  close(): void;
}

/** One call of a client. */
export interface Call<Driver> {
  /** The client's. */
  readonly driver: Driver;
  /** Whose it is. */
  readonly client: Client<Driver>;
  /** Which program, number and name it has. */
  readonly procedure: ProcedureId;
  /** Of the call on the wire. */
  readonly serial: number;
  /**
   * For the procedures that open a stream: what is done with it once the reply has left. It has ended well when `serve`
   * resolves and the client has finished, too; the client is told what `serve` throws.
   */
  serveStream(serve: (stream: ServerStream) => Promise<void>): void;
}

/** Works on one call; what it throws is the answer, ServerFailure as it is, all else as INTERNAL_ERROR. */
export type Handler<Driver, Name extends ProcedureName> = (
  args: ArgsOf<Name>,
  call: Call<Driver>,
) => RetOf<Name> | Promise<RetOf<Name>>;

/** Typed by the protocol table; a procedure without a handler is answered with NO_SUPPORT. */
export type Handlers<Driver> = { readonly [Name in ProcedureName]?: Handler<Driver, Name> };

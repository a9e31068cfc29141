import type { EventSource } from './events/subscription.ts';
import type { Procedures } from './generated/procedures.ts';
import type { CallOptions } from './rpc/pending-call.ts';
import type { PacketStream } from './streams/packet-stream.ts';

/** A procedure of the protocol: `domainGetInfo`, `qemuDomainMonitorCommand`, …. */
export type ProcedureName = keyof Procedures;
/** Arguments of a procedure, as the wire has them. */
export type ArgsOf<Name extends ProcedureName> = Procedures[Name]['args'];
/** Result of a procedure, as the wire has it; void where there is none. */
export type RetOf<Name extends ProcedureName> = Procedures[Name]['ret'];

/** Arguments as the wire has them, then options; the arguments may be left out where there are none. */
export type CallParameters<Name extends ProcedureName> =
  ArgsOf<Name> extends void ? [args?: undefined, options?: CallOptions] : [args: ArgsOf<Name>, options?: CallOptions];

/** Signal and deadline are those of the opening; the signal also aborts the stream. */
export interface StreamOptions extends CallOptions {
  /**
   * False: share this connection. A stream that is read slowly then stalls every call on it, since the protocol has no
   * window per stream, and one that is not read for half a minute loses the connection, for want of answers to the
   * daemon's pings. Default true: a sibling connection is opened and closed with the stream.
   */
  readonly ownConnection?: boolean | undefined;
}

/** What the objects of libvirt need of a connection. */
export interface Caller {
  /** Calls any procedure of the protocol. */
  call<Name extends ProcedureName>(name: Name, ...rest: CallParameters<Name>): Promise<RetOf<Name>>;
  /** Calls a procedure that opens a stream; resolves when the daemon has opened it. */
  openStream<Name extends ProcedureName>(
    name: Name,
    args: ArgsOf<Name>,
    options?: StreamOptions,
  ): Promise<{ ret: RetOf<Name>; stream: PacketStream }>;
  /** What the daemon tells by itself. */
  readonly events: EventSource;
  /** Aborts when the connection has ended; its reason is the LibvirtError that tells why. */
  readonly ended: AbortSignal;
}

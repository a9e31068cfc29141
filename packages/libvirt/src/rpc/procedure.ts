import type { XdrReader } from '../xdr/reader.ts';
import type { XdrWriter } from '../xdr/writer.ts';

/** One row of the protocol table. Both directions: a client encodes arguments, a server (simulator, test) decodes them. */
export interface Procedure<Args, Ret> {
  readonly name: string;
  readonly program: number;
  readonly number: number;
  /** 'high' never waits for a guest: the daemon answers it even while all its ordinary workers hang. */
  readonly priority: 'high' | 'low';
  readonly stream: 'upload' | 'download' | 'duplex' | undefined;
  readonly encodeArgs: (writer: XdrWriter, args: Args) => void;
  readonly decodeArgs: (reader: XdrReader) => Args;
  readonly encodeRet: (writer: XdrWriter, ret: Ret) => void;
  readonly decodeRet: (reader: XdrReader) => Ret;
}

/** A procedure of which only the place counts. */
export type ProcedureId = Pick<Procedure<unknown, unknown>, 'name' | 'program' | 'number'>;

/** A message that the daemon sends unasked. */
export interface EventMessage<Payload> {
  readonly name: string;
  readonly program: number;
  readonly number: number;
  readonly encode: (writer: XdrWriter, payload: Payload) => void;
  readonly decode: (reader: XdrReader) => Payload;
}

/** For procedures without arguments, or without a result. */
export function writeNothing(): void {
  // nothing on the wire
}

export function readNothing(): void {
  // nothing on the wire
}

import { readNetMessageError, readNetStreamHole, writeNetMessageError, writeNetStreamHole } from '../generated/net.ts';
import { MessageStatus, MessageType } from '../rpc/frame.ts';
import type { XdrReader, XdrWriter } from '../xdr/index.ts';
import { eventsByName, proceduresByName, type RecordedFrame } from './corpus.ts';

/** Reads and writes one kind of payload. */
export interface FrameCodec {
  readonly name: string;
  readonly encode: (writer: XdrWriter, value: unknown) => void;
  readonly decode: (reader: XdrReader) => unknown;
}

type Kind = Pick<RecordedFrame, 'from' | 'name' | 'type' | 'status'>;

/** Undefined where the payload is no XDR: stream data, nothing at all, or nothing that anybody knows. */
export function codecOf({ from, name, type, status }: Kind): FrameCodec | undefined {
  const procedure = proceduresByName.get(name);
  if (from === 'daemon' && type === MessageType.MESSAGE) return eventsByName.get(name);
  if (!procedure) return undefined;
  if (type === MessageType.STREAM_HOLE) return codec(name, writeNetStreamHole, readNetStreamHole);
  if (from === 'client')
    return type === MessageType.CALL ? codec(name, procedure.encodeArgs, procedure.decodeArgs) : undefined;
  if (status === MessageStatus.ERROR) return codec(name, writeNetMessageError, readNetMessageError);
  return type === MessageType.REPLY ? codec(name, procedure.encodeRet, procedure.decodeRet) : undefined;
}

/** The value goes back to the function that made it: its type is lost only in between. */
function codec<Value>(
  name: string,
  encode: (writer: XdrWriter, value: Value) => void,
  decode: (reader: XdrReader) => Value,
): FrameCodec {
  return { name, encode: (writer, value) => encode(writer, value as Value), decode };
}

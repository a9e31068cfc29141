import { isDeepStrictEqual } from 'node:util';
import { LibvirtError } from '../errors.ts';
import { HEADER_BYTES } from '../rpc/frame.ts';
import { XdrReader, XdrWriter } from '../xdr/index.ts';
import { unclear } from './clear-error.ts';
import { nameOf, type RecordedFrame } from './corpus.ts';
import { codecOf } from './frame-codec.ts';

const writer = new XdrWriter();

/**
 * Whether a frame is one of the protocol. Throws where its payload is neither refused with a clear error nor a value that is
 * the same again after it was written and read.
 */
export function isSoundFrame(frame: Buffer, from: RecordedFrame['from'] = 'daemon'): boolean {
  if (frame.length < HEADER_BYTES || frame.readUInt32BE(0) !== frame.length) return false;
  const name = nameOf(frame.readUInt32BE(4), frame.readInt32BE(12));
  const codec = name && codecOf({ from, name, type: frame.readUInt32BE(16), status: frame.readUInt32BE(24) });
  if (!codec) return false;
  const read = (bytes: Buffer, start: number) => {
    const reader = new XdrReader(bytes, start, bytes.length, codec.name);
    const value = codec.decode(reader);
    reader.finish();
    return value;
  };
  let value: unknown;
  try {
    value = read(frame, HEADER_BYTES);
  } catch (error) {
    const problem = refusal(error, frame.length - HEADER_BYTES);
    if (problem !== undefined) throw new Error(`${codec.name}: ${problem}`, { cause: error });
    return false;
  }
  writer.begin(codec.name);
  codec.encode(writer, value);
  if (!isDeepStrictEqual(read(writer.finish(), 0), value))
    throw new Error(`${codec.name} does not come back as it was`);
  return true;
}

/** What is wrong about an error that refuses a payload of so many bytes. */
function refusal(error: unknown, bytes: number): string | undefined {
  if (!(error instanceof LibvirtError) || error.code !== 'MALFORMED_PACKET') return String(error);
  if (error.byteOffset !== undefined && error.byteOffset > bytes) return `read ${error.byteOffset} of ${bytes} bytes`;
  return unclear(error);
}

/**
 * Frames of the RPC (libvirt's docs/kbase/internals/rpc.rst):
 *
 *     u32 length        counts itself
 *     u32 program, u32 version, i32 procedure, u32 type, u32 serial, u32 status
 *     payload           XDR, or raw bytes for stream data
 */
import { LibvirtError } from '../errors.ts';
import { NetMessageStatus, NetMessageType, VIR_NET_MESSAGE_MAX } from '../generated/constants.ts';
import type { XdrWriter } from '../xdr/writer.ts';

export const HEADER_BYTES = 28;
const LENGTH_BYTES = 4;
/** Data of one stream packet: what the oldest daemons take. */
export const STREAM_DATA_BYTES = 262_120;
export const PROTOCOL_VERSION = 1;

export { NetMessageStatus as MessageStatus, NetMessageType as MessageType };

export interface FrameHeader {
  readonly program: number;
  readonly procedure: number;
  readonly type: number;
  readonly serial: number;
  readonly status: number;
}

/** A frame lies in `bytes` from `start` (its length word) to `end`; the payload begins HEADER_BYTES after `start`. */
export type FrameHandler = (header: FrameHeader, bytes: Buffer, start: number, end: number) => void;

function malformed(message: string): LibvirtError {
  return new LibvirtError({ code: 'MALFORMED_PACKET', message });
}

/** Cuts a byte stream into frames. Frames that lie whole in a chunk are handed over without a copy. */
export class FrameReader {
  readonly #onFrame: FrameHandler;
  /** A frame that came in parts, and how much of it is there. */
  #partial: Buffer | undefined;
  #filled = 0;

  constructor(onFrame: FrameHandler) {
    this.#onFrame = onFrame;
  }

  /** Throws MALFORMED_PACKET; after that the reader must not be used again. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#partial) {
        at += this.#fill(this.#partial, chunk, at);
        continue;
      }
      const left = chunk.length - at;
      const length = left >= LENGTH_BYTES ? checkedLength(chunk.readUInt32BE(at)) : undefined;
      if (length !== undefined && length <= left) {
        this.#emit(chunk, at, at + length);
        at += length;
      } else {
        this.#partial = Buffer.allocUnsafeSlow(length ?? LENGTH_BYTES);
        this.#filled = 0;
      }
    }
  }

  /** Copies what still lacks; returns how many bytes of the chunk it took. */
  #fill(partial: Buffer, chunk: Buffer, at: number): number {
    const taken = chunk.copy(partial, this.#filled, at, at + partial.length - this.#filled);
    this.#filled += taken;
    if (this.#filled < partial.length) return taken;
    if (partial.length === LENGTH_BYTES) {
      this.#partial = Buffer.allocUnsafeSlow(checkedLength(partial.readUInt32BE(0)));
      partial.copy(this.#partial);
      return taken;
    }
    this.#partial = undefined;
    this.#emit(partial, 0, partial.length);
    return taken;
  }

  #emit(bytes: Buffer, start: number, end: number): void {
    const version = bytes.readUInt32BE(start + 8);
    if (version !== PROTOCOL_VERSION) throw malformed(`protocol version ${version}, ${PROTOCOL_VERSION} expected`);
    const header = {
      program: bytes.readUInt32BE(start + 4),
      procedure: bytes.readInt32BE(start + 12),
      type: bytes.readUInt32BE(start + 16),
      serial: bytes.readUInt32BE(start + 20),
      status: bytes.readUInt32BE(start + 24),
    };
    this.#onFrame(header, bytes, start, end);
  }
}

function checkedLength(length: number): number {
  if (length < HEADER_BYTES) throw malformed(`frame of ${length} bytes, shorter than its header`);
  if (length > VIR_NET_MESSAGE_MAX + LENGTH_BYTES) throw malformed(`frame of ${length} bytes, above the limit`);
  return length;
}

/** Writes one frame; `body` writes the payload. */
export function encodeFrame(
  writer: XdrWriter,
  name: string,
  header: FrameHeader,
  body?: (writer: XdrWriter) => void,
): Buffer {
  writer.begin(name);
  writer.uint(0);
  writer.uint(header.program);
  writer.uint(PROTOCOL_VERSION);
  writer.int(header.procedure);
  writer.uint(header.type);
  writer.uint(header.serial);
  writer.uint(header.status);
  body?.(writer);
  if (writer.length > VIR_NET_MESSAGE_MAX + LENGTH_BYTES) writer.fail('message above the limit');
  writer.patch(0, writer.length);
  return writer.finish();
}

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

/**
 * A frame lies in `bytes` from `start` (its length word) to `end`; the payload begins HEADER_BYTES after `start`. Unless the
 * bytes are `lasting`, they are overwritten after the handler has returned.
 */
export type FrameHandler = (header: FrameHeader, bytes: Buffer, start: number, end: number, lasting: boolean) => void;

/** A frame up to this size that comes in parts is put together where the next such frame will be. */
const ASSEMBLY_BYTES = 1024 * 1024;
/** Stream packets above SMALL_BYTES, up to the usual size, come in buffers of one size, which can be taken back. */
const SMALL_BYTES = 128 * 1024;
const PACKET_BYTES = HEADER_BYTES + STREAM_DATA_BYTES;
const SPARES = 64;
/** What still lacks of a frame is read to its place if it is at least so much. */
const WORTHWHILE_BYTES = 8 * 1024;
const NOTHING: Buffer = Buffer.alloc(0);

/** Where the words of a header lie in their frame. */
const OFFSETS = { length: 0, program: 4, version: 8, procedure: 12, type: 16, serial: 20, status: 24 } as const;

/** A header that the protocol does not allow; `word` tells which part of it, `procedure` what it answers, if that is known. */
export function badHeader(
  problem: string,
  word: keyof typeof OFFSETS,
  header?: FrameHeader,
  procedure?: string,
): LibvirtError {
  const byteOffset = OFFSETS[word];
  const of = header ? `procedure ${header.procedure} of program 0x${header.program.toString(16)}: ` : '';
  const message = `${of}${problem} at byte ${byteOffset} of the frame`;
  return new LibvirtError({ code: 'MALFORMED_PACKET', message, procedure, byteOffset });
}

/** Cuts a byte stream into frames. Frames that lie whole in a chunk are handed over without a copy. */
export class FrameReader {
  readonly #onFrame: FrameHandler;
  readonly #head: Buffer = Buffer.allocUnsafeSlow(HEADER_BYTES);
  #assembly: Buffer = NOTHING;
  readonly #spares: Buffer[] = [];
  /** Where a frame that came in parts is put together, how much is awaited (0: there is none) and how much is there. */
  #partial: Buffer = NOTHING;
  #awaited = 0;
  #filled = 0;
  /** What `room()` told last; where a packet is read to that may come next; whether packets of the usual size are coming. */
  #room: Buffer | undefined;
  #spare: Buffer | undefined;
  #isStreaming = false;

  constructor(onFrame: FrameHandler) {
    this.#onFrame = onFrame;
  }

  /**
   * Takes the bytes of a chunk up to `chunkEnd`; the chunk may be `room()`, as it was last asked for. `lasting`: nobody writes
   * to them again. Throws MALFORMED_PACKET; after that the reader must not be used again.
   */
  push(chunk: Buffer, lasting = true, chunkEnd = chunk.length): void {
    let at = chunk === this.#room ? this.#takeRoom(chunk, chunkEnd) : 0;
    this.#room = undefined;
    while (at < chunkEnd) {
      if (this.#awaited > 0) {
        at += this.#fill(chunk, at, chunkEnd);
        continue;
      }
      const left = chunkEnd - at;
      const length = left >= LENGTH_BYTES ? checkedLength(chunk.readUInt32BE(at)) : undefined;
      if (length !== undefined && length <= left) {
        this.#emit(chunk, at, at + length, lasting);
        at += length;
      } else {
        this.#await(this.#head, HEADER_BYTES);
        this.#filled = 0;
      }
    }
  }

  /** Where the next bytes may be read to, which saves their copy: a large frame that has begun, or is likely to begin now. */
  room(): Buffer | undefined {
    if (this.#awaited - this.#filled >= WORTHWHILE_BYTES) {
      this.#room = this.#partial.subarray(this.#filled, this.#awaited);
    } else if (this.#awaited === 0 && this.#isStreaming) {
      this.#spare ??= this.#spares.pop() ?? Buffer.allocUnsafeSlow(PACKET_BYTES);
      this.#room = this.#spare;
    }
    return this.#room;
  }

  /** What was read to `room()`; returns how much of it needs no copy. */
  #takeRoom(room: Buffer, length: number): number {
    if (this.#awaited === 0) {
      const isPacket = length >= HEADER_BYTES && room.readUInt32BE(OFFSETS.length) === PACKET_BYTES;
      if (!isPacket || room.readUInt32BE(OFFSETS.type) !== NetMessageType.STREAM) return 0;
      this.#await(room, PACKET_BYTES);
      this.#filled = 0;
      this.#spare = undefined;
    }
    this.#filled += length;
    this.#emitFilled();
    return length;
  }

  /** Takes back the bytes of a lasting frame, if they can be used again. */
  recycle({ buffer }: Buffer): void {
    if (buffer.byteLength === PACKET_BYTES && this.#spares.length < SPARES) this.#spares.push(Buffer.from(buffer));
  }

  #await(place: Buffer, length: number): void {
    this.#partial = place;
    this.#awaited = length;
  }

  /** Copies what still lacks; returns how many bytes of the chunk it took. */
  #fill(chunk: Buffer, at: number, chunkEnd: number): number {
    const partial = this.#partial;
    const taken = chunk.copy(partial, this.#filled, at, Math.min(at + this.#awaited - this.#filled, chunkEnd));
    this.#filled += taken;
    if (partial === this.#head) {
      const length = this.#filled >= LENGTH_BYTES ? checkedLength(partial.readUInt32BE(0)) : HEADER_BYTES;
      if (this.#filled < HEADER_BYTES) return taken;
      this.#await(this.#placeFor(length), length);
      partial.copy(this.#partial);
    }
    this.#emitFilled();
    return taken;
  }

  #emitFilled(): void {
    if (this.#filled < this.#awaited) return;
    const [bytes, length] = [this.#partial, this.#awaited];
    this.#await(NOTHING, 0);
    this.#emit(bytes, 0, length, bytes !== this.#assembly);
  }

  /** Stream data is kept by whoever reads the stream; anything else is read at once. */
  #placeFor(length: number): Buffer {
    const isStream = this.#head.readUInt32BE(16) === NetMessageType.STREAM;
    if (isStream && length > SMALL_BYTES && length <= PACKET_BYTES) {
      return this.#spares.pop() ?? Buffer.allocUnsafeSlow(PACKET_BYTES);
    }
    if (isStream || length > ASSEMBLY_BYTES) return Buffer.allocUnsafeSlow(length);
    if (this.#assembly.length < length) this.#assembly = Buffer.allocUnsafeSlow(Math.min(2 * length, ASSEMBLY_BYTES));
    return this.#assembly;
  }

  #emit(bytes: Buffer, start: number, end: number, lasting: boolean): void {
    const version = bytes.readUInt32BE(start + 8);
    const header = {
      program: bytes.readUInt32BE(start + 4),
      procedure: bytes.readInt32BE(start + 12),
      type: bytes.readUInt32BE(start + 16),
      serial: bytes.readUInt32BE(start + 20),
      status: bytes.readUInt32BE(start + 24),
    };
    if (version !== PROTOCOL_VERSION) {
      throw badHeader(`protocol version ${version}, ${PROTOCOL_VERSION} expected`, 'version', header);
    }
    if (header.type !== NetMessageType.STREAM) this.#isStreaming = false;
    else if (end - start === PACKET_BYTES) this.#isStreaming = true;
    this.#onFrame(header, bytes, start, end, lasting);
  }
}

function checkedLength(length: number): number {
  if (length < HEADER_BYTES) throw badHeader(`frame of ${length} bytes, shorter than its header,`, 'length');
  const limit = VIR_NET_MESSAGE_MAX + LENGTH_BYTES;
  if (length > limit) throw badHeader(`frame of ${length} bytes, above the limit of ${limit},`, 'length');
  return length;
}

/** Writes one frame behind those that were not taken yet; `body` writes the payload, or `more` bytes of it follow apart. */
export function writeFrame(
  writer: XdrWriter,
  name: string,
  header: FrameHeader,
  body?: (writer: XdrWriter) => void,
  more = 0,
): void {
  writer.begin(name);
  writer.uint(0);
  writer.uint(header.program);
  writer.uint(PROTOCOL_VERSION);
  writer.int(header.procedure);
  writer.uint(header.type);
  writer.uint(header.serial);
  writer.uint(header.status);
  body?.(writer);
  const length = writer.length + more;
  if (length > VIR_NET_MESSAGE_MAX + LENGTH_BYTES) writer.fail('message above the limit');
  writer.patch(0, length);
  writer.end();
}

/** One frame alone. */
export function encodeFrame(...frame: Parameters<typeof writeFrame>): Buffer {
  writeFrame(...frame);
  return frame[0].take();
}

/** Files of this machine through streams, in a few buffers that are used again and again. */
import { type FileHandle, open } from 'node:fs/promises';
import { STREAM_DATA_BYTES } from '../rpc/frame.ts';
import { WRITE_BYTES } from '../transport/lending-socket.ts';
import { findHoles, type Hole } from './holes.ts';
import type { PacketStream } from './packet-stream.ts';

/** How a file is sent or received. */
export interface FileTransferOptions {
  /**
   * Leave runs of zeros out: the other side keeps them as holes. The stream must be opened for it. Where a file that is sent
   * has holes is asked of qemu-img; without that program its zeros are read.
   */
  readonly sparse: boolean;
  /** Called after each packet with the bytes that are done, holes included. */
  readonly onProgress?: ((doneBytes: number) => void) | undefined;
}

/** What is written to a file at a time, at least: more would leave the processor’s cache first. */
const RUN_BYTES = 256 * 1024;
/** What may wait for a file that takes no more just now. */
const WAITING_BYTES = 16 * 1024 * 1024;
/** Packets that wait to be written, at most, and one that is being read. */
const BUFFERS = Math.ceil(WRITE_BYTES / STREAM_DATA_BYTES) + 2;
const ZEROS = Buffer.alloc(STREAM_DATA_BYTES);

/** Sends a file to its end through the stream that is opened, and finishes it. */
export async function sendFile(
  path: string,
  openStream: () => Promise<PacketStream>,
  options: FileTransferOptions,
): Promise<void> {
  await using file = await open(path);
  const done = new AbortController();
  const holes = options.sparse ? findHoles(path, file, done.signal) : undefined;
  let stream: PacketStream | undefined;
  try {
    stream = await openStream();
    const buffers = new Buffers();
    await sendParts(partsOf(file, holes, buffers), buffers, stream, options);
    await stream.finish();
  } finally {
    stream?.abort();
    done.abort();
  }
}

async function sendParts(
  parts: AsyncIterable<Buffer | number>,
  buffers: Buffers,
  stream: PacketStream,
  { sparse, onProgress }: FileTransferOptions,
): Promise<void> {
  let doneBytes = 0;
  let holeBytes = 0;
  for await (const part of parts) {
    const isHole = typeof part === 'number' || (sparse && part.equals(ZEROS.subarray(0, part.length)));
    const length = typeof part === 'number' ? part : part.length;
    if (isHole) {
      holeBytes += length;
      if (typeof part !== 'number') buffers.giveBack(part);
    } else {
      if (holeBytes > 0) await stream.writeHole(holeBytes);
      holeBytes = 0;
      await stream.write(part, () => buffers.giveBack(part));
    }
    doneBytes += length;
    onProgress?.(doneBytes);
  }
  if (holeBytes > 0) await stream.writeHole(holeBytes);
}

/**
 * A file from its start to its end, in packets and lengths of holes. While one packet is sent, the next is read. Holes that are
 * not known yet are read, as zeros.
 */
async function* partsOf(
  file: FileHandle,
  holesSoon: Promise<readonly Hole[]> | undefined,
  buffers: Buffers,
): AsyncGenerator<Buffer | number, void, void> {
  let holes: readonly Hole[] = [];
  void holesSoon?.then((found) => {
    holes = found;
  });
  let next = 0;
  const partAt = (position: number): Promise<Buffer> | number => {
    while (next < holes.length && holes[next]!.end <= position) next++;
    const { start, end } = holes[next] ?? { start: Infinity, end: Infinity };
    return start <= position ? end - position : readPart(file, buffers, position, start - position);
  };
  let ahead = partAt(0);
  for (let position = 0; ; ) {
    const part = await ahead;
    const length = typeof part === 'number' ? part : part.length;
    if (length === 0) return;
    position += length;
    ahead = partAt(position);
    yield part;
  }
}

/** What lies at a place of a file, `longest` bytes at most; empty at its end. Its failure waits until it is asked for. */
function readPart(file: FileHandle, buffers: Buffers, position: number, longest: number): Promise<Buffer> {
  const part = buffers.take().then(async (buffer) => {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, longest), position);
    return buffer.subarray(0, bytesRead);
  });
  part.catch(() => undefined);
  return part;
}

/** Buffers of a packet's size. One is not used again before it is given back: when its bytes have left. */
class Buffers {
  readonly #free = Array.from({ length: BUFFERS }, () => Buffer.allocUnsafeSlow(STREAM_DATA_BYTES));
  #returned = Promise.withResolvers<void>();

  async take(): Promise<Buffer> {
    for (let buffer = this.#free.pop(); ; buffer = this.#free.pop()) {
      if (buffer) return buffer;
      await this.#returned.promise;
    }
  }

  giveBack({ buffer }: Buffer): void {
    this.#free.push(Buffer.from(buffer as ArrayBuffer));
    this.#returned.resolve();
    this.#returned = Promise.withResolvers();
  }
}

/** Writes all that comes to a file, which is made or emptied; holes stay holes. Resolves to its size in bytes. */
export async function receiveFile(
  path: string,
  stream: PacketStream,
  { onProgress }: Pick<FileTransferOptions, 'onProgress'>,
): Promise<number> {
  try {
    const writer = new RunWriter(open(path, 'w'), stream);
    await using _ = writer;
    for await (const packet of stream) {
      if ('hole' in packet) await writer.skip(packet.hole);
      else await writer.write(packet.data);
      onProgress?.(writer.doneBytes);
    }
    await writer.finish();
    return writer.doneBytes;
  } finally {
    stream.abort();
  }
}

/**
 * Writes several packets at once: a daemon puts tiny ones between large ones. While a run is written, or the file is being
 * emptied, the next comes.
 */
class RunWriter implements AsyncDisposable {
  readonly #stream: PacketStream;
  #file: FileHandle | undefined;
  #run: Buffer[] = [];
  #runBytes = 0;
  #position = 0;
  #isBusy = true;
  #work: Promise<void>;

  constructor(file: Promise<FileHandle>, stream: PacketStream) {
    this.#stream = stream;
    this.#work = file.then((opened) => {
      this.#file = opened;
      this.#isBusy = false;
    });
    this.#work.catch(() => undefined);
  }

  /** Bytes taken so far, holes included. */
  get doneBytes(): number {
    return this.#position + this.#runBytes;
  }

  async write(data: Buffer): Promise<void> {
    this.#run.push(data);
    this.#runBytes += data.length;
    if (this.#runBytes >= (this.#isBusy ? WAITING_BYTES : RUN_BYTES)) await this.#flush();
  }

  async skip(length: number): Promise<void> {
    await this.#flush();
    this.#position += length;
  }

  async finish(): Promise<void> {
    await this.#flush();
    await this.#work;
    await this.#file!.truncate(this.#position);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work.catch(() => undefined);
    await this.#file?.close();
  }

  /** Begins to write the run once the one before is written; its failure is told by the next call. */
  async #flush(): Promise<void> {
    await this.#work;
    this.#isBusy = true;
    this.#work = this.#writeRun(this.#file!, this.#run, this.#position).finally(() => {
      this.#isBusy = false;
    });
    this.#work.catch(() => undefined);
    this.#position += this.#runBytes;
    this.#run = [];
    this.#runBytes = 0;
  }

  async #writeRun(file: FileHandle, run: readonly Buffer[], position: number): Promise<void> {
    let at = position;
    for (let rest = run; rest.length > 0; ) {
      const { bytesWritten } = await file.writev(rest, at);
      at += bytesWritten;
      rest = behind(rest, bytesWritten);
    }
    for (const data of run) this.#stream.recycle(data);
  }
}

/** What is left of buffers of which some bytes were written. */
function behind(buffers: readonly Buffer[], writtenBytes: number): Buffer[] {
  let left = writtenBytes;
  let index = 0;
  for (let next = buffers[0]; next && left >= next.length; next = buffers[++index]) left -= next.length;
  const [first, ...others] = buffers.slice(index);
  return first ? [first.subarray(left), ...others] : [];
}

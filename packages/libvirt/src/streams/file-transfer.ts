/** Files of this machine through streams, in a few buffers that are used again and again. */
import { type FileHandle, open } from 'node:fs/promises';
import { STREAM_DATA_BYTES } from '../rpc/frame.ts';
import type { PacketStream } from './packet-stream.ts';

/** How a file is sent or received. */
export interface FileTransferOptions {
  /** Leave runs of zeros out: the other side keeps them as holes. The stream must be opened for it. */
  readonly sparse: boolean;
  /** Called after each packet with the bytes that are done, holes included. */
  readonly onProgress?: ((doneBytes: number) => void) | undefined;
}

const ZEROS = Buffer.alloc(STREAM_DATA_BYTES);

/** Sends a file to its end and finishes the stream. While one packet is sent, the next is read. */
export async function sendFile(
  path: string,
  stream: PacketStream,
  { sparse, onProgress }: FileTransferOptions,
): Promise<void> {
  try {
    await using file = await open(path);
    const buffers = [Buffer.allocUnsafeSlow(STREAM_DATA_BYTES), Buffer.allocUnsafeSlow(STREAM_DATA_BYTES)] as const;
    let doneBytes = 0;
    let holeBytes = 0;
    let reading = readPart(file, buffers[0], 0);
    for (let turn = 1; ; turn ^= 1) {
      const part = await reading;
      if (part.length === 0) break;
      reading = readPart(file, buffers[turn as 0 | 1], doneBytes + part.length);
      if (sparse && part.equals(ZEROS.subarray(0, part.length))) holeBytes += part.length;
      else {
        if (holeBytes > 0) await stream.writeHole(holeBytes);
        holeBytes = 0;
        // A packet fills the socket: it has taken these bytes before it takes more.
        await stream.write(part);
      }
      doneBytes += part.length;
      onProgress?.(doneBytes);
    }
    if (holeBytes > 0) await stream.writeHole(holeBytes);
    await stream.finish();
  } finally {
    stream.abort();
  }
}

/** What lies at a place of a file; empty at its end. Its failure waits until it is asked for. */
function readPart(file: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  const part = file.read(buffer, 0, buffer.length, position).then(({ bytesRead }) => buffer.subarray(0, bytesRead));
  part.catch(() => undefined);
  return part;
}

/** Writes all that comes to a file, which is made or emptied; holes stay holes. Resolves to its size in bytes. */
export async function receiveFile(
  path: string,
  stream: PacketStream,
  { onProgress }: Pick<FileTransferOptions, 'onProgress'>,
): Promise<number> {
  try {
    await using file = await open(path, 'w');
    let doneBytes = 0;
    for await (const packet of stream) {
      if ('hole' in packet) doneBytes += packet.hole;
      else {
        await writeWhole(file, packet.data, doneBytes);
        doneBytes += packet.data.length;
        stream.recycle(packet.data);
      }
      onProgress?.(doneBytes);
    }
    await file.truncate(doneBytes);
    return doneBytes;
  } finally {
    stream.abort();
  }
}

async function writeWhole(file: FileHandle, data: Buffer, position: number): Promise<void> {
  for (let written = 0; written < data.length; ) {
    written += (await file.write(data, written, data.length - written, position + written)).bytesWritten;
  }
}

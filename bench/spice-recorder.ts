import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectSocket, type ServerAddress } from '@domus/spice/node';
import { type ImageData, readBase, readImagePointer } from '../packages/spice/src/channels/display-messages.ts';
import { startBooted } from '../packages/spice/src/node/testing/booted-guest.ts';
import { missingPrerequisite } from '../packages/spice/src/node/testing/qemu-guest.ts';
import { SpiceSession } from '../packages/spice/src/session.ts';
import { ByteReader } from '../packages/spice/src/wire/byte-reader.ts';
import { Framer } from '../packages/spice/src/wire/framer.ts';
import { type ImageCompression, MSG_DISPLAY } from '../packages/spice/src/wire/protocol.ts';
import type { Transport } from '../packages/spice/src/wire/transport.ts';

/** An image as a server sent it. */
export interface RecordedImage {
  kind: ImageData['kind'];
  width: number;
  height: number;
  bytes: Uint8Array;
  /** zlib-glz: bytes of the GLZ stream inside. */
  size?: number;
}

/** QXL with the installer's VESA driver: QEMU cuts what changes into columns, as most guests without a driver show it. */
const MACHINE = { device: 'qxl-vga', kernelArguments: 'vga=791 quiet nomodeset' };
const PAGE_DOWN = 0xe051;
const PAGE_UP = 0xe049;
const PRESSES = 12;
const LINK_HEADER_BYTES = 16;

/**
 * Boots Debian's graphical installer (or takes the state kept from last time) and records what it sends while its list of
 * languages is paged through, with one compression.
 */
export async function recordImages(compression: ImageCompression, spice: string): Promise<RecordedImage[]> {
  const missing = missingPrerequisite();
  if (missing !== undefined) throw new Error(missing);
  const folder = await mkdtemp(join(tmpdir(), 'domus-bench-'));
  const guest = await startBooted(MACHINE, folder, spice);
  try {
    return await record({ host: '127.0.0.1', port: guest.port }, compression);
  } finally {
    await guest.stop();
    await rm(folder, { recursive: true });
  }
}

async function record(address: ServerAddress, compression: ImageCompression): Promise<RecordedImage[]> {
  const chunks: Uint8Array[] = [];
  let lastDrawn = performance.now();
  const session = await SpiceSession.connect({
    openChannel: async (type) => {
      const transport = await connectSocket(address);
      return { transport: type === 'display' ? tapped(transport, chunks) : transport };
    },
    events: {
      drawn: () => {
        lastDrawn = performance.now();
      },
    },
    imageCompression: compression,
  });
  const quiet = async (): Promise<void> => {
    while (performance.now() - lastDrawn < 400) await delay(50);
  };
  await quiet();
  for (let i = 0; i < PRESSES; i++) {
    const key = i < PRESSES / 2 ? PAGE_DOWN : PAGE_UP;
    session.inputs?.keyDown(key);
    session.inputs?.keyUp(key);
    await delay(100);
    await quiet();
  }
  session.close();
  return imagesOf(Buffer.concat(chunks));
}

/** Copies what arrives. */
function tapped(inner: Transport, chunks: Uint8Array[]): Transport {
  return {
    start: (sink) =>
      inner.start({
        data: (chunk) => {
          chunks.push(chunk.slice());
          sink.data(chunk);
        },
        closed: (reason) => sink.closed(reason),
      }),
    send: (bytes) => inner.send(bytes),
    close: () => inner.close(),
  };
}

/** The images of a display channel's DRAW_COPY messages, from all that its server sent. */
function imagesOf(bytes: Uint8Array): RecordedImage[] {
  const linkReply = new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true);
  const framer = new Framer();
  framer.push(bytes.subarray(LINK_HEADER_BYTES + linkReply + 4)); // 4: the ticket's result
  const images: RecordedImage[] = [];
  const body = new ByteReader();
  while (framer.next()) {
    if (framer.type !== MSG_DISPLAY.DRAW_COPY) continue;
    body.reset(framer.bytes, framer.bodyStart, framer.bodyEnd);
    readBase(body);
    const { width, height, data } = readImagePointer(body);
    if (!('data' in data)) continue; // from a cache or a surface: nothing to decode
    const size = data.kind === 'zlib-glz' ? { size: data.size } : {};
    images.push({ kind: data.kind, width, height, bytes: data.data.slice(), ...size });
  }
  return images;
}

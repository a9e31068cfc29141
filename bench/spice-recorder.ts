import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectSocket, Recorder, type Recording, type ServerAddress } from '@domus/spice/node';
import { type ImageData, readBase, readImagePointer } from '../packages/spice/src/channels/display-messages.ts';
import { startBooted } from '../packages/spice/src/node/testing/booted-guest.ts';
import { missingPrerequisite } from '../packages/spice/src/node/testing/qemu-guest.ts';
import { SpiceSession } from '../packages/spice/src/session.ts';
import { ByteReader } from '../packages/spice/src/wire/byte-reader.ts';
import { type ImageCompression, MSG_DISPLAY } from '../packages/spice/src/wire/protocol.ts';

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
/** The list is paged down and up again. */
const PAGES = 12;

/**
 * Boots Debian's graphical installer (or takes the state kept from last time) and records what it sends while its list of
 * languages is paged through, with one compression.
 */
export async function recordSession(compression: ImageCompression, spice: string, presses: number): Promise<Recording> {
  const missing = missingPrerequisite();
  if (missing !== undefined) throw new Error(missing);
  const folder = await mkdtemp(join(tmpdir(), 'domus-bench-'));
  const guest = await startBooted(MACHINE, folder, spice);
  try {
    return await record({ host: '127.0.0.1', port: guest.port }, compression, presses);
  } finally {
    await guest.stop();
    await rm(folder, { recursive: true });
  }
}

async function record(address: ServerAddress, compression: ImageCompression, presses: number): Promise<Recording> {
  const recorder = new Recorder();
  let lastDrawn = performance.now();
  const session = await SpiceSession.connect({
    openChannel: async (type, id) => ({ transport: recorder.listen(type, id, await connectSocket(address)) }),
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
  for (let i = 0; i < presses; i++) {
    const key = i % PAGES < PAGES / 2 ? PAGE_DOWN : PAGE_UP;
    session.inputs?.keyDown(key);
    session.inputs?.keyUp(key);
    await delay(100);
    await quiet();
  }
  session.close();
  return recorder.recording();
}

/** The images of a recording's DRAW_COPY messages. */
export function imagesOf({ messages }: Recording): RecordedImage[] {
  const images: RecordedImage[] = [];
  const reader = new ByteReader();
  for (const { channel, type, body } of messages) {
    if (channel.type !== 'display' || type !== MSG_DISPLAY.DRAW_COPY) continue;
    reader.reset(body);
    readBase(reader);
    const { width, height, data } = readImagePointer(reader);
    if (!('data' in data)) continue; // from a cache or a surface: nothing to decode
    const size = data.kind === 'zlib-glz' ? { size: data.size } : {};
    images.push({ kind: data.kind, width, height, bytes: data.data.slice(), ...size });
  }
  return images;
}

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HeadlessClient, type Screenshot } from '../headless.ts';
import { decodePpm } from '../picture-files.ts';
import { SCENES_PER_SHEET, type Sheet, type SheetScene, sceneSheet } from './scenes/sheet.ts';
import type { ServerChannel } from './server-channel.ts';
import { SpiceServer } from './spice-server.ts';

const run = promisify(execFile);
const SHEETS = 12;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domus-scenes-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function send(channel: ServerChannel, sheet: Sheet): Promise<void> {
  if (channel.type !== 'display') return;
  for (const { type, body } of sheet.messages) if (!channel.send(type, body)) await channel.drained();
}

/** Debian's own client, which looks once something is drawn and ends. */
async function nativePicture(port: number): Promise<Screenshot> {
  const file = join(folder, 'native.ppm');
  await run('spicy-screenshot', ['-h', '127.0.0.1', '-p', String(port), '-o', file], { timeout: 60_000 });
  return decodePpm(await readFile(file));
}

async function ourPicture(port: number, { width, height }: Sheet): Promise<Screenshot> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const client = await HeadlessClient.connect({
    address: { host: '127.0.0.1', port },
    events: {
      drawn: (_display, area) => {
        if (area.right - area.left === width && area.bottom - area.top === height) resolve();
      },
      disconnected: (reason) => reject(reason ?? new Error('closed')),
    },
  });
  await promise;
  const picture = client.screenshot();
  client.close();
  return picture;
}

/** The greatest distance of a colour in a scene. */
function distance(ours: Screenshot, native: Screenshot, { tile }: SheetScene): number {
  let most = 0;
  for (let y = tile.top; y < tile.bottom; y++) {
    for (let x = tile.left; x < tile.right; x++) {
      const at = (y * ours.width + x) * 4;
      for (let i = at; i < at + 3; i++) most = Math.max(most, Math.abs(ours.rgba[i]! - native.rgba[i]!));
    }
  }
  return most;
}

describe('synthetic scenes, drawn by this client and by spice-gtk', () => {
  it.each(Array.from({ length: SHEETS }, (_, i) => i + 1))(
    `are the same, pixel by pixel: ${SCENES_PER_SHEET} scenes, seed %i`,
    async (seed) => {
      const sheet = sceneSheet(seed);
      const server = await SpiceServer.listen({ onChannel: (channel) => void send(channel, sheet) });
      const native = await nativePicture(server.port);
      const ours = await ourPicture(server.port, sheet);
      await server.close();
      expect([ours.width, ours.height]).toEqual([native.width, native.height]);
      const differing = sheet.scenes
        .map((scene) => ({ ...scene, distance: distance(ours, native, scene) }))
        .filter((scene) => scene.distance > scene.bound);
      expect(differing.map(({ operation, words, distance }) => `${operation}, ${words}: ${distance}`)).toEqual([]);
    },
  );
});

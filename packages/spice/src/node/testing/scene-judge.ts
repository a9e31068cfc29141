import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Screenshot } from '../headless.ts';
import { decodePpm } from '../picture-files.ts';
import { type Sheet, type SheetScene, sceneSheet } from '../server/scenes/sheet.ts';
import type { ServerChannel } from '../server/server-channel.ts';
import { SpiceServer } from '../server/spice-server.ts';

const run = promisify(execFile);
const JUDGE = '/usr/bin/spicy-screenshot';

/** Why scenes cannot be judged here, or undefined. */
export function missingJudge(): string | undefined {
  return existsSync(JUDGE) ? undefined : `${JUDGE} is not installed`;
}

/** A server that shows a sheet of scenes, and how Debian's own client draws it. */
export async function judgedSheet(seed: number) {
  const sheet = sceneSheet(seed);
  const server = await SpiceServer.listen({ onChannel: (channel) => void show(channel, sheet) });
  const native = await nativePicture(server.port);
  return { sheet, server, differing: (ours: Screenshot) => differing(sheet, ours, native) };
}

/** What a server says that shows a sheet. */
export async function show(channel: ServerChannel, sheet: Sheet): Promise<void> {
  if (channel.type !== 'display') return;
  for (const { type, body } of sheet.messages) if (!channel.send(type, body)) await channel.drained();
}

/** spicy-screenshot looks once something is drawn, and ends. */
async function nativePicture(port: number): Promise<Screenshot> {
  const folder = await mkdtemp(join(tmpdir(), 'domus-scenes-'));
  try {
    const file = join(folder, 'native.ppm');
    await run(JUDGE, ['-h', '127.0.0.1', '-p', String(port), '-o', file], { timeout: 60_000 });
    return decodePpm(await readFile(file));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The scenes that are further apart than they may, in words. */
function differing({ scenes, width, height }: Sheet, ours: Screenshot, native: Screenshot): string[] {
  if (ours.width !== width || ours.height !== height) return [`a picture of ${ours.width} x ${ours.height}`];
  return scenes
    .map((scene) => ({ ...scene, distance: distance(ours, native, scene) }))
    .filter(({ distance: most, bound }) => most > bound)
    .map(({ operation, words, distance: most }) => `${operation}, ${words}: ${most}`);
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

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HeadlessClient, type Screenshot } from '../index.ts';
import { type GuestOptions, INSTALLER_FILES, QemuGuest } from './qemu-guest.ts';

const SNAPSHOT = 'ready';
/** Below the banner, the installer's list of languages has dozens of colours; a boot console has a handful. */
const BANNER_ROWS = 100;
const DESKTOP_COLORS = 40;
const BOOT_TIMEOUT_MS = 400_000;

export type Machine = Pick<GuestOptions, 'device' | 'kernelArguments'>;

/**
 * Starts a guest at the moment where the installer shows its first screen. Booting by emulation takes a minute, so
 * the state is kept under the system's temporary folder and made anew when QEMU, the installer or the machine change.
 */
export async function startBooted(machine: Machine, folder: string, spice?: string): Promise<QemuGuest> {
  const disk = await bootedDisk(machine);
  return QemuGuest.start({ ...machine, folder, disk, snapshot: SNAPSHOT, ...(spice !== undefined && { spice }) });
}

async function bootedDisk(machine: Machine): Promise<string> {
  const state = INSTALLER_FILES.map((file) => `${file} ${statSync(file).mtimeMs}`).join('\n');
  const key = createHash('sha256')
    .update(`${JSON.stringify(machine)}\n${state}`)
    .digest('hex')
    .slice(0, 16);
  const kept = join(tmpdir(), 'domus-spice-guests');
  const disk = join(kept, `${key}.qcow2`);
  if (existsSync(disk)) return disk;
  await mkdir(kept, { recursive: true });
  const folder = await mkdtemp(join(kept, 'boot-'));
  const fresh = join(folder, 'disk.qcow2');
  await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'qcow2', fresh, '4G']);
  const guest = await QemuGuest.start({ ...machine, folder, disk: fresh });
  try {
    await untilDesktop(guest);
    await guest.saveSnapshot(SNAPSHOT);
  } finally {
    await guest.stop();
  }
  await rename(fresh, disk);
  await rm(folder, { recursive: true });
  return disk;
}

async function untilDesktop(guest: QemuGuest): Promise<void> {
  const client = await HeadlessClient.connect({ address: { host: '127.0.0.1', port: guest.port } });
  const deadline = performance.now() + BOOT_TIMEOUT_MS;
  do {
    if (performance.now() > deadline) throw new Error('the installer did not show its first screen');
    await client.untilQuiet(2000, BOOT_TIMEOUT_MS);
    // The boot console rests, too.
    await new Promise((resolve) => setTimeout(resolve, 500));
  } while (colors(client.screenshot()) < DESKTOP_COLORS);
  await client.untilQuiet(3000, BOOT_TIMEOUT_MS);
  client.close();
}

function colors({ rgba, width }: Screenshot): number {
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4);
  return new Set(pixels.subarray(width * BANNER_ROWS)).size;
}

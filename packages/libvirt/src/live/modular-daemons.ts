import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PrivateHost } from '../testing/private-host.ts';
import { daemonConf, qemuConf } from '../testing/private-libvirtd.ts';

const run = promisify(execFile);

export type ModularDaemon = 'virtqemud' | 'virtnetworkd' | 'virtstoraged' | 'virtproxyd';

/** Where the distribution has them, or else where they are built once. */
const FOLDERS = ['/usr/sbin', '/usr/bin', join(homedir(), '.cache/domus-modular-libvirt')];

/** The folder with modular daemons; Debian ships none, so they are built from its source where it is the machine's. */
export async function modularDaemons(): Promise<string> {
  const found = FOLDERS.find((folder) => existsSync(join(folder, 'virtqemud')));
  if (found !== undefined) return found;
  const target = FOLDERS.at(-1)!;
  const script = join(import.meta.dirname, '../../tools/modular-daemons.sh');
  await run('sh', [script, target], { maxBuffer: 64 * 2 ** 20 });
  return target;
}

export async function startModularDaemon(host: PrivateHost, folder: string, daemon: ModularDaemon): Promise<void> {
  await writeFile(join(host.folder, `etc/${daemon}.conf`), daemonConf());
  if (daemon === 'virtqemud') await writeFile(join(host.folder, 'etc/qemu.conf'), qemuConf());
  // In place of libvirtd the proxy has libvirtd's socket.
  const socket = daemon === 'virtproxyd' ? 'libvirt-sock' : `${daemon}-sock`;
  const files = ['-f', `/etc/libvirt/${daemon}.conf`, '-p', `/run/libvirt/${daemon}.pid`];
  await host.daemon([join(folder, daemon), ...files], { path: join(host.folder, 'run', socket) });
}

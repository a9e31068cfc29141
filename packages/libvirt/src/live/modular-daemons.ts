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

/** The folder with modular daemons: the distribution's, or, as Debian ships none, one where they are built once from its source. */
export async function modularDaemons(): Promise<string> {
  const has = (folder: string) => existsSync(join(folder, 'virtqemud'));
  const shipped = ['/usr/sbin', '/usr/bin'].find(has);
  if (shipped !== undefined) return shipped;
  const version = (await run('/usr/sbin/libvirtd', ['--version'])).stdout.trim().split(' ').at(-1)!;
  // They take the installed libvirt's drivers, so they must be of its version.
  const built = join(homedir(), '.cache/domus-modular-libvirt', version);
  const script = join(import.meta.dirname, '../../tools/modular-daemons.sh');
  if (!has(built)) await run('sh', [script, built], { maxBuffer: 64 * 2 ** 20 });
  return built;
}

export async function startModularDaemon(host: PrivateHost, folder: string, daemon: ModularDaemon): Promise<void> {
  await writeFile(join(host.folder, `etc/${daemon}.conf`), daemonConf());
  if (daemon === 'virtqemud') await writeFile(join(host.folder, 'etc/qemu.conf'), qemuConf());
  // In place of libvirtd the proxy has libvirtd's socket.
  const socket = daemon === 'virtproxyd' ? 'libvirt-sock' : `${daemon}-sock`;
  const files = ['-f', `/etc/libvirt/${daemon}.conf`, '-p', `/run/libvirt/${daemon}.pid`];
  await host.daemon([join(folder, daemon), ...files], { path: join(host.folder, 'run', socket) });
}

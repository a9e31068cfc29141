/** A libvirtd of its own for tests, on a private host. */
import { type ChildProcess, execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exited, PrivateHost, type PrivateHostOptions } from './private-host.ts';

const run = promisify(execFile);

const LIBVIRTD = ['/usr/sbin/libvirtd', '/usr/bin/libvirtd'];

export interface PrivateLibvirtdOptions extends PrivateHostOptions {
  /** More lines for libvirtd.conf and qemu.conf; they go before the usual ones. */
  readonly libvirtdConf?: string;
  /** More lines for qemu.conf; they go before the usual ones. */
  readonly qemuConf?: string;
  /** Whether it listens to TCP or TLS too, as libvirtdConf says. */
  readonly listen?: boolean;
  /** Starts what libvirtd needs on its host, before it. */
  readonly before?: (host: PrivateHost) => Promise<unknown>;
  /** How long it may take to answer. Default 60,000. */
  readonly startDeadlineMs?: number;
}

/** Why a private libvirtd cannot run here; undefined: it can. */
export function privateLibvirtdObstacle(): string | undefined {
  if (process.platform !== 'linux') return 'not Linux';
  if (process.getuid?.() !== 0) return 'not root: a private libvirtd needs its own mount namespace';
  if (!LIBVIRTD.some(existsSync)) return 'libvirtd is not installed';
  return undefined;
}

export class PrivateLibvirtd {
  /** The namespaces that it runs in; more daemons can be started there. */
  readonly host: PrivateHost;
  readonly #options: PrivateLibvirtdOptions;
  #daemon: ChildProcess | undefined;

  private constructor(host: PrivateHost, options: PrivateLibvirtdOptions) {
    this.host = host;
    this.#options = options;
  }

  /** Starts one in a folder and in namespaces of its own; resolves when it answers. */
  static async start(options: PrivateLibvirtdOptions = {}): Promise<PrivateLibvirtd> {
    const host = await PrivateHost.make(options);
    await writeFile(join(host.folder, 'etc/libvirtd.conf'), daemonConf(options.libvirtdConf));
    await writeFile(join(host.folder, 'etc/qemu.conf'), qemuConf(options.qemuConf));
    const daemon = new PrivateLibvirtd(host, options);
    try {
      await options.before?.(host);
      await daemon.start();
    } catch (error) {
      await host.end();
      throw error;
    }
    return daemon;
  }

  /** All its files: `etc`, `run`, `lib`, `cache`, `log`. */
  get folder(): string {
    return this.host.folder;
  }

  /** What it calls its machine. */
  get hostname(): string {
    return this.host.hostname;
  }

  /** The socket as the host sees it. */
  get socketPath(): string {
    return join(this.folder, 'run', 'libvirt-sock');
  }

  /** `qemu:///system?socket=…`, for clients that know libvirt URIs. */
  uri(base = 'qemu:///system'): string {
    return `${base}?socket=${this.socketPath}`;
  }

  /** A command that runs in the daemon's namespaces: it sees its network, its processes and its files. */
  inside(...command: string[]): [program: string, args: string[]] {
    return this.host.inside(...command);
  }

  /** Starts the daemon, or starts it again after `kill()`: its guests and networks are adopted. */
  async start(): Promise<void> {
    const program = LIBVIRTD.find(existsSync);
    if (!program) throw new Error('libvirtd is not installed');
    const files = ['-f', '/etc/libvirt/libvirtd.conf', '-p', '/run/libvirt/libvirtd.pid'];
    const command = [program, ...files, ...(this.#options.listen ? ['--listen'] : [])];
    this.#daemon = await this.host.daemon(command, { path: this.socketPath }, this.#options.startDeadlineMs);
  }

  /** SIGKILL to the daemon alone, as a crash would; guests and networks live on. */
  async kill(): Promise<void> {
    const ended = this.#daemon && exited(this.#daemon);
    const [program, args] = this.inside('sh', '-c', 'kill -KILL $(cat /run/libvirt/libvirtd.pid)');
    await run(program, args);
    await ended;
  }

  /** Ends the daemon and all it started, and removes its folder. */
  stop(): Promise<void> {
    return this.host.end();
  }

  /** What it has logged so far. */
  async log(): Promise<string> {
    return readFile(join(this.folder, 'log/libvirtd.log'), 'utf8');
  }
}

/** For libvirtd and, since they read the same keys, for modular daemons. Of a key given twice libvirt takes the first. */
export function daemonConf(more = ''): string {
  return `${more}
unix_sock_dir = "/run/libvirt"
unix_sock_ro_perms = "0700"
unix_sock_rw_perms = "0700"
admin_unix_sock_perms = "0700"
auth_unix_ro = "none"
auth_unix_rw = "none"
host_uuid = "${randomUUID()}"
max_clients = 5000
max_anonymous_clients = 5000
log_outputs = "3:file:/var/log/libvirt/libvirtd.log"
`;
}

export function qemuConf(more = ''): string {
  return `${more}
security_driver = "none"
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
namespaces = [ ]
cgroup_controllers = [ ]
stdio_handler = "file"
spice_listen = "127.0.0.1"
vnc_listen = "127.0.0.1"
`;
}

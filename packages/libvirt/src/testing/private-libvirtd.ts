/**
 * A libvirtd of its own for tests: a child process in its own mount, uts and network namespace, with its own folders in
 * place of /etc/libvirt, /run/libvirt, /var/lib/libvirt, … Needs root, libvirtd and unshare; touches nothing of the host.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const LIBVIRTD = ['/usr/sbin/libvirtd', '/usr/bin/libvirtd'];

export interface PrivateLibvirtdOptions {
  /** Hostname of the daemon. Default `domus-test`. */
  readonly hostname?: string;
  /** Folder for all its files; made, and removed by `stop()`, where none is given. Keep it short: socket paths end at 108 bytes. */
  readonly folder?: string;
  /** Join this network namespace (under /run/netns) instead of a new, empty one. */
  readonly networkNamespace?: string;
  /** More lines for libvirtd.conf and qemu.conf. */
  readonly libvirtdConf?: string;
  readonly qemuConf?: string;
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
  readonly folder: string;
  readonly hostname: string;
  readonly #options: PrivateLibvirtdOptions;
  readonly #ownsFolder: boolean;
  #child: ChildProcess | undefined;

  private constructor(folder: string, ownsFolder: boolean, options: PrivateLibvirtdOptions) {
    this.folder = folder;
    this.#ownsFolder = ownsFolder;
    this.#options = options;
    this.hostname = options.hostname ?? 'domus-test';
  }

  static async start(options: PrivateLibvirtdOptions = {}): Promise<PrivateLibvirtd> {
    const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'domus-lv-')));
    const daemon = new PrivateLibvirtd(folder, options.folder === undefined, options);
    await daemon.#prepare();
    await daemon.start();
    return daemon;
  }

  /** The socket as the host sees it. */
  get socketPath(): string {
    return join(this.folder, 'run', 'libvirt-sock');
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('libvirtd does not run');
    return this.#child.pid;
  }

  /** `qemu:///system?socket=…`, for clients that know libvirt URIs. */
  uri(base = 'qemu:///system'): string {
    return `${base}?socket=${this.socketPath}`;
  }

  /** Enters the daemon's namespaces: `[...command]` sees its network and its files. */
  inside(...command: string[]): [program: string, args: string[]] {
    return ['nsenter', ['-t', String(this.pid), '-m', '-u', '-n', '--', ...command]];
  }

  /** Starts the daemon again, after `kill()`, in the namespaces it had: its guests and networks are adopted. */
  async start(): Promise<void> {
    const daemon = LIBVIRTD.find(existsSync);
    if (!daemon) throw new Error('libvirtd is not installed');
    const command = `exec ${daemon} -f /etc/libvirt/libvirtd.conf -p /run/libvirt/libvirtd.pid`;
    const [program, args] = this.#keeper
      ? (['nsenter', ['-t', String(this.#keeper.pid), '-m', '-u', '-n', '--', 'bash', '-c', command]] as const)
      : await this.#newNamespaces(command);
    const log: string[] = [];
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text));
    this.#child = child;
    const deadline = Date.now() + (this.#options.startDeadlineMs ?? 60_000);
    while (!(await answers(this.socketPath))) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`libvirtd ended: ${log.join('')}`);
      if (Date.now() > deadline) throw new Error(`libvirtd does not answer at ${this.socketPath}: ${log.join('')}`);
      await delay(50);
    }
  }

  /** A sleeping process holds the namespaces while the daemon is dead. */
  #keeper: ChildProcess | undefined;

  async #newNamespaces(command: string): Promise<readonly [string, string[]]> {
    const b = this.folder;
    const namespace = this.#options.networkNamespace;
    const binds = [
      'etc:/etc/libvirt',
      'run:/run/libvirt',
      'lib:/var/lib/libvirt',
      'cache:/var/cache/libvirt',
      'log:/var/log/libvirt',
    ];
    const setUp = [
      `hostname ${this.hostname}`,
      `mount --bind ${b}/hosts /etc/hosts`,
      'mkdir -p /etc/libvirt /run/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt',
      ...binds.map((bind) => `mount --bind ${b}/${bind.replace(':', ' ')}`),
      'ip link set lo up',
      'echo ready',
      'exec sleep infinity',
    ].join(' && ');
    const unshare = [
      'unshare',
      '--mount',
      '--uts',
      ...(namespace ? [] : ['--net']),
      '--propagation',
      'private',
      'bash',
      '-c',
      setUp,
    ];
    const [program, ...args] = namespace ? ['nsenter', `--net=/run/netns/${namespace}`, ...unshare] : unshare;
    const keeper = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    await ready(keeper);
    this.#keeper = keeper;
    return ['nsenter', ['-t', String(keeper.pid), '-m', '-u', '-n', '--', 'bash', '-c', command]];
  }

  async #prepare(): Promise<void> {
    for (const part of ['etc/qemu/networks/autostart', 'etc/storage', 'run', 'lib', 'cache', 'log']) {
      await mkdir(join(this.folder, part), { recursive: true });
    }
    await writeFile(join(this.folder, 'hosts'), `127.0.0.1 localhost ${this.hostname}\n::1 localhost\n`);
    await writeFile(join(this.folder, 'etc/libvirtd.conf'), this.#libvirtdConf());
    await writeFile(join(this.folder, 'etc/qemu.conf'), this.#qemuConf());
  }

  #libvirtdConf(): string {
    return `unix_sock_dir = "/run/libvirt"
unix_sock_ro_perms = "0700"
unix_sock_rw_perms = "0700"
admin_unix_sock_perms = "0700"
auth_unix_ro = "none"
auth_unix_rw = "none"
host_uuid = "${randomUUID()}"
max_clients = 5000
max_anonymous_clients = 5000
log_outputs = "3:file:/var/log/libvirt/libvirtd.log"
${this.#options.libvirtdConf ?? ''}
`;
  }

  #qemuConf(): string {
    return `security_driver = "none"
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
namespaces = [ ]
cgroup_controllers = [ ]
stdio_handler = "file"
spice_listen = "127.0.0.1"
vnc_listen = "127.0.0.1"
${this.#options.qemuConf ?? ''}
`;
  }

  /** SIGKILL, as a crash would; guests and networks live on. */
  async kill(): Promise<void> {
    await end(this.#child, 'SIGKILL');
    this.#child = undefined;
  }

  /** Ends the daemon and what it left running, and removes its folder. */
  async stop(): Promise<void> {
    for (const pid of await this.#guests()) endPid(pid);
    await end(this.#child, 'SIGTERM');
    await end(this.#keeper, 'SIGKILL');
    this.#child = undefined;
    this.#keeper = undefined;
    if (this.#ownsFolder) await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async log(): Promise<string> {
    return readFile(join(this.folder, 'log/libvirtd.log'), 'utf8');
  }

  /** Processes that libvirtd started (QEMU, dnsmasq) tell their pids in files. */
  async #guests(): Promise<number[]> {
    const { glob } = await import('node:fs/promises');
    const pids: number[] = [];
    for await (const file of glob('run/**/*.pid', { cwd: this.folder })) {
      if (file.endsWith('libvirtd.pid')) continue;
      const pid = Number((await readFile(join(this.folder, file), 'utf8')).trim());
      if (Number.isInteger(pid) && pid > 1) pids.push(pid);
    }
    return pids;
  }
}

function endPid(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function end(child: ChildProcess | undefined, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(patience);
}

/** Waits for the line `ready` of a process. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const problems: string[] = [];
    child.stderr?.on('data', (text: Buffer) => problems.push(text.toString()));
    child.stdout?.once('data', () => resolve());
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`namespaces could not be made (${code}): ${problems.join('')}`)));
  });
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ path: socketPath });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

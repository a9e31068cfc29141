/**
 * A libvirtd of its own for tests: a child process in its own mount, uts, pid and network namespaces, with its own folders in
 * place of /etc/libvirt, /run/libvirt, /var/lib/libvirt, … Needs root, libvirtd and unshare; touches nothing of the host.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

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
  #keeper: ChildProcess | undefined;
  /** The keeper's child, process 1 in there. */
  #init: number | undefined;
  #daemon: ChildProcess | undefined;

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

  /** `qemu:///system?socket=…`, for clients that know libvirt URIs. */
  uri(base = 'qemu:///system'): string {
    return `${base}?socket=${this.socketPath}`;
  }

  /** A command that runs in the daemon's namespaces: it sees its network, its processes and its files. */
  inside(...command: string[]): [program: string, args: string[]] {
    if (this.#init === undefined) throw new Error('the private libvirtd was stopped');
    return ['nsenter', ['-t', String(this.#init), '-m', '-u', '-n', '-p', '--', ...command]];
  }

  /** Starts the daemon, or starts it again after `kill()`: its guests and networks are adopted. */
  async start(): Promise<void> {
    const daemon = LIBVIRTD.find(existsSync);
    if (!daemon) throw new Error('libvirtd is not installed');
    this.#init ??= await this.#makeNamespaces();
    const [program, args] = this.inside(daemon, '-f', '/etc/libvirt/libvirtd.conf', '-p', '/run/libvirt/libvirtd.pid');
    const problems: string[] = [];
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (text: string) => problems.push(text));
    this.#daemon = child;
    const deadline = Date.now() + (this.#options.startDeadlineMs ?? 60_000);
    while (!(await answers(this.socketPath))) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`libvirtd ended: ${problems.join('')}`);
      if (Date.now() > deadline)
        throw new Error(`libvirtd does not answer at ${this.socketPath}: ${problems.join('')}`);
      await delay(50);
    }
  }

  /** SIGKILL to the daemon alone, as a crash would; guests and networks live on. */
  async kill(): Promise<void> {
    const ended = exited(this.#daemon);
    const [program, args] = this.inside('sh', '-c', 'kill -KILL $(cat /run/libvirt/libvirtd.pid)');
    await run(program, args);
    await ended;
  }

  /** Ends the daemon and all it started, and removes its folder. */
  async stop(): Promise<void> {
    if (this.#keeper) {
      const ended = Promise.all([exited(this.#keeper), exited(this.#daemon)]);
      this.#keeper.kill('SIGKILL');
      await ended;
    }
    this.#init = undefined;
    if (this.#ownsFolder) await rm(this.folder, { recursive: true, force: true, maxRetries: 20 });
  }

  async log(): Promise<string> {
    return readFile(join(this.folder, 'log/libvirtd.log'), 'utf8');
  }

  /**
   * The keeper holds the namespaces. It dies with us (pdeathsig), its child with it (--kill-child), and as that is process
   * 1 of its own pid namespace, everything in there: no daemon, guest or dnsmasq outlives a test, however it ends.
   */
  async #makeNamespaces(): Promise<number> {
    const { networkNamespace } = this.#options;
    const binds = [
      'etc:/etc/libvirt',
      'run:/run/libvirt',
      'lib:/var/lib/libvirt',
      'cache:/var/cache/libvirt',
      'log:/var/log/libvirt',
    ];
    const setUp = [
      `hostname ${this.hostname}`,
      `mount --bind ${this.folder}/hosts /etc/hosts`,
      'mkdir -p /etc/libvirt /run/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt',
      ...binds.map((bind) => `mount --bind ${this.folder}/${bind.replace(':', ' ')}`),
      ...(networkNamespace ? [] : ['ip link set lo up']),
      'echo ready',
      // Not exec: process 1 must reap what QEMU and dnsmasq leave behind, else libvirtd waits for ghosts; bash does.
      '{ sleep infinity & wait; }',
    ].join(' && ');
    const enter = networkNamespace ? ['nsenter', `--net=/run/netns/${networkNamespace}`] : [];
    const unshare = ['unshare', '--mount', '--uts', '--pid', ...(networkNamespace ? [] : ['--net'])];
    const own = ['--fork', '--kill-child', '--mount-proc', '--propagation', 'private', 'bash', '-c', setUp];
    const keeper = spawn('setpriv', ['--pdeathsig', 'KILL', ...enter, ...unshare, ...own], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#keeper = keeper;
    await ready(keeper);
    const children = await readFile(`/proc/${keeper.pid}/task/${keeper.pid}/children`, 'utf8');
    return Number(children.trim().split(' ')[0]);
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
}

async function exited(child: ChildProcess | undefined): Promise<void> {
  if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
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

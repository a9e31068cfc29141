/**
 * A machine of its own for daemons under test, without a machine: mount, uts, pid and network namespaces with own folders in
 * place of /etc/libvirt, /run/libvirt, /var/lib/libvirt, … Needs root and unshare; touches nothing of the host.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection, type NetConnectOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface PrivateHostOptions {
  /** Default `domus-test`. */
  readonly hostname?: string;
  /** Folder for all its files; made, and removed by `end()`, where none is given. Keep it short: socket paths end at 108 bytes. */
  readonly folder?: string;
  /** Join this network namespace (under /run/netns) instead of a new, empty one. */
  readonly networkNamespace?: string;
  /** The machine's own network: for daemons that listen on its loopback. */
  readonly hostNetwork?: boolean;
  /** More files and folders to put over those of the machine: place there → what shall be there. */
  readonly binds?: Readonly<Record<string, string>>;
}

export class PrivateHost {
  readonly folder: string;
  readonly hostname: string;
  readonly #options: PrivateHostOptions;
  readonly #children = new Set<ChildProcess>();
  #keeper: ChildProcess | undefined;
  /** The keeper's child, process 1 in there. */
  #init: number | undefined;

  private constructor(folder: string, options: PrivateHostOptions) {
    this.folder = folder;
    this.#options = options;
    this.hostname = options.hostname ?? 'domus-test';
  }

  static async make(options: PrivateHostOptions = {}): Promise<PrivateHost> {
    const host = new PrivateHost(options.folder ?? (await mkdtemp(join(tmpdir(), 'domus-lv-'))), options);
    for (const part of ['etc/qemu/networks/autostart', 'etc/storage', 'run', 'lib', 'cache', 'log', 'lock']) {
      await mkdir(join(host.folder, part), { recursive: true });
    }
    await writeFile(join(host.folder, 'hosts'), `127.0.0.1 localhost ${host.hostname}\n::1 localhost\n`);
    return host;
  }

  /** A command that runs in there: it sees its network, its processes and its files. */
  inside(...command: string[]): [program: string, args: string[]] {
    if (this.#init === undefined) throw new Error('the private host was ended');
    return ['nsenter', ['-t', String(this.#init), '-m', '-u', '-n', '-p', '--', ...command]];
  }

  /** Starts a daemon in there; resolves when it answers at this address, rejects with what it said when it ends before. */
  async daemon(command: readonly string[], address: NetConnectOpts, deadlineMs = 60_000): Promise<ChildProcess> {
    this.#init ??= await this.#makeNamespaces();
    const [program, args] = this.inside(...command);
    const problems: string[] = [];
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (text: string) => problems.push(text));
    this.#children.add(child);
    const deadline = Date.now() + deadlineMs;
    while (!(await answers(address))) {
      if (hasEnded(child)) throw new Error(`${command[0]} ended: ${problems.join('')}`);
      if (Date.now() > deadline) throw new Error(`${command[0]} does not answer: ${problems.join('')}`);
      await delay(50);
    }
    return child;
  }

  /** Ends everything in there and removes its folder. */
  async end(): Promise<void> {
    if (this.#keeper) {
      const ended = Promise.all([this.#keeper, ...this.#children].map(exited));
      this.#keeper.kill('SIGKILL');
      await ended;
    }
    this.#init = undefined;
    if (this.#options.folder === undefined) await rm(this.folder, { recursive: true, force: true, maxRetries: 20 });
  }

  /**
   * The keeper holds the namespaces. It dies with us (pdeathsig), its child with it (--kill-child), and as that is process
   * 1 of its own pid namespace, everything in there: no daemon, guest or dnsmasq outlives a test, however it ends.
   */
  async #makeNamespaces(): Promise<number> {
    const { networkNamespace, hostNetwork, binds } = this.#options;
    const ownNetwork = !networkNamespace && !hostNetwork;
    const places = {
      '/etc/hosts': join(this.folder, 'hosts'),
      '/etc/libvirt': join(this.folder, 'etc'),
      '/run/libvirt': join(this.folder, 'run'),
      '/var/lib/libvirt': join(this.folder, 'lib'),
      '/var/cache/libvirt': join(this.folder, 'cache'),
      '/var/log/libvirt': join(this.folder, 'log'),
      // Consoles are locked by the number of their terminal, which another private host may have too.
      '/run/lock': join(this.folder, 'lock'),
      ...binds,
    };
    const setUp = [
      `hostname ${this.hostname}`,
      'mkdir -p /etc/libvirt /run/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt /run/lock',
      ...Object.entries(places).map(([place, what]) => `mount --bind '${what}' '${place}'`),
      ...(ownNetwork ? ['ip link set lo up'] : []),
      'echo ready',
      // Not exec: process 1 must reap what QEMU and dnsmasq leave behind, else libvirtd waits for ghosts; bash does.
      '{ sleep infinity & wait; }',
    ].join(' && ');
    const enter = networkNamespace ? ['nsenter', `--net=/run/netns/${networkNamespace}`] : [];
    const unshare = ['unshare', '--mount', '--uts', '--pid', ...(ownNetwork ? ['--net'] : [])];
    const own = ['--fork', '--kill-child', '--mount-proc', '--propagation', 'private', 'bash', '-c', setUp];
    const keeper = spawn('setpriv', ['--pdeathsig', 'KILL', ...enter, ...unshare, ...own], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#keeper = keeper;
    await ready(keeper);
    const children = await readFile(`/proc/${keeper.pid}/task/${keeper.pid}/children`, 'utf8');
    return Number(children.trim().split(' ')[0]);
  }
}

export async function exited(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) await once(child, 'exit');
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
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

function answers(address: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(address);
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

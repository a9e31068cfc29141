import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sourceOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export interface Speed {
  /** CPU time of the client per call, in µs. */
  cpuMicros: number;
  perSecond: number;
}

/** Another client of libvirt, in a process of its own: it is told on its stdin what to call and how often. */
export class LibvirtPeer {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(process: ChildProcess, lines: Interface) {
    this.#process = process;
    this.#lines = lines[Symbol.asyncIterator]();
  }

  /** libvirt's own Python binding, connected to two hosts, one of few and one of many domains; one call at a time. */
  static python(few: string, many: string): Promise<LibvirtPeer> {
    // Debian's: another python may come first on the PATH, without libvirt.
    return LibvirtPeer.#start('/usr/bin/python3', [sourceOf('libvirt-python.py'), few, many]);
  }

  /** go-libvirt in Debian's version, built here; any number of calls at a time. */
  static async go(few: string, many: string): Promise<LibvirtPeer> {
    const folder = await mkdtemp(join(tmpdir(), 'domus-bench-go-'));
    try {
      const program = join(folder, 'peer');
      const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: join(folder, 'cache') };
      await run('go', ['build', '-o', program, sourceOf('go-libvirt.go')], { env });
      const socket = new URL(few).searchParams.get('socket') ?? '';
      const names = [few, many].map((uri) => `test://${new URL(uri).pathname}`);
      return await LibvirtPeer.#start(program, [socket, ...names]);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  static async #start(program: string, args: string[]): Promise<LibvirtPeer> {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const peer = new LibvirtPeer(child, createInterface(child.stdout));
    await peer.#line();
    return peer;
  }

  async measure(call: string, repetitions: number, inFlight = 1): Promise<Speed> {
    this.#process.stdin?.write(`${call} ${repetitions} ${inFlight}\n`);
    return JSON.parse(await this.#line()) as Speed;
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done)
      throw new Error(`${this.#process.spawnfile} ended (is python3-libvirt, or go and go-libvirt, installed?)`);
    return value;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.stdin?.end();
    await ended;
  }
}

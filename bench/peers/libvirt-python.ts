import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Debian's: another python may come first on the PATH, without libvirt. */
const PYTHON = '/usr/bin/python3';

export interface Speed {
  /** CPU time of the client per call, in µs. */
  cpuMicros: number;
  perSecond: number;
}

/** libvirt's own Python binding, in a process of its own. */
export class LibvirtPython {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(process: ChildProcess, lines: Interface) {
    this.#process = process;
    this.#lines = lines[Symbol.asyncIterator]();
  }

  /** Connects to two hosts, one of few and one of many domains. */
  static async start(few: string, many: string): Promise<LibvirtPython> {
    const script = fileURLToPath(new URL('libvirt-python.py', import.meta.url));
    const child = spawn(PYTHON, [script, few, many], { stdio: ['pipe', 'pipe', 'inherit'] });
    const peer = new LibvirtPython(child, createInterface(child.stdout));
    await peer.#line();
    return peer;
  }

  async measure(call: string, repetitions: number): Promise<Speed> {
    this.#process.stdin?.write(`${call} ${repetitions}\n`);
    return JSON.parse(await this.#line()) as Speed;
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('libvirt-python ended (is python3-libvirt installed?)');
    return value;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.stdin?.end();
    await ended;
  }
}

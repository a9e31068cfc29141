/** libvirt-python in a process of its own: runs a scenario statement by statement (peer.py). */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** That for which Debian's python3-libvirt is made; another may come first on the PATH. */
const PYTHON = '/usr/bin/python3';

export interface Refusal {
  readonly number: number;
  readonly domain: number;
  readonly level: number;
  readonly message: string;
}

/** What a statement gave, if anything. `settled`: it only waited. `pair`: it told of two numbers that they are twins. */
export type Outcome = { readonly line: number; readonly source: string } & (
  | { readonly value?: unknown }
  | { readonly refusal: Refusal }
  | { readonly settled: true }
  | { readonly pair: readonly [field: string, py: number, ts: number] }
  | { readonly problem: string }
);

/** The name under which an event was registered, and what its callback was given. */
export type PythonEvent = readonly [name: string, ...payload: unknown[]];

export class PythonPeer {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;
  readonly #complaints: string[] = [];

  /** `names`: globals of the scenario. */
  constructor(scenario: string, names: Readonly<Record<string, unknown>>) {
    const script = join(import.meta.dirname, 'peer.py');
    this.#process = spawn(PYTHON, [script, scenario, JSON.stringify(names)], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => this.#complaints.push(text));
    // Its end is told by the end of its answers.
    this.#process.stdin.on('error', () => undefined);
    this.#reader = createInterface(this.#process.stdout);
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /** Runs the next statement; undefined after the last. */
  async next(): Promise<Outcome | undefined> {
    const answer = (await this.#ask('')) as Outcome | { done: true };
    return 'done' in answer ? undefined : answer;
  }

  /** All events so far, once there are as many. */
  async events(count: number): Promise<PythonEvent[]> {
    return (await this.#ask(String(count))) as PythonEvent[];
  }

  end(): void {
    this.#reader.close();
    this.#process.kill('SIGKILL');
  }

  async #ask(line: string): Promise<unknown> {
    this.#process.stdin.write(`${line}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`libvirt-python ended: ${this.#complaints.join('')}`);
    return JSON.parse(value, revive);
  }
}

/** Numbers that JSON cannot carry, and bytes. */
function revive(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$int' in value) return BigInt(value.$int as string);
  if ('$bytes' in value) return Buffer.from(value.$bytes as string, 'hex');
  return value;
}

import { type ChildProcess, spawn } from 'node:child_process';

const DEADLINE_MS = 60_000;

/** A program that runs as a child: what it says, what it is told, how it ends. */
export class Program {
  readonly #child: ChildProcess;
  readonly #command: string;
  readonly #waiting = new Set<() => void>();
  /** stdout and stderr as they came. */
  output = '';
  exitCode: number | undefined;

  constructor(folder: string, program: string, ...given: string[]) {
    this.#command = [program, ...given].join(' ');
    this.#child = spawn(program, given, { cwd: folder, stdio: 'pipe' });
    const take = (text: string) => {
      this.output += text;
      this.#wake();
    };
    this.#child.stdout!.setEncoding('utf8').on('data', take);
    this.#child.stderr!.setEncoding('utf8').on('data', take);
    this.#child.once('close', (code) => {
      this.exitCode = code ?? -1;
      this.#wake();
    });
  }

  /** Resolves when this stands in what it has said after the first `since` characters. */
  async says(wanted: string | RegExp, since = 0): Promise<void> {
    const said = () => {
      const text = this.output.slice(since);
      return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
    };
    await this.#until(() => said() || this.exitCode !== undefined, `say ${wanted}`);
    if (!said()) throw new Error(`${this.#command} ended and did not say ${wanted}:\n${this.output}`);
  }

  /** Resolves to its exit code. */
  async ended(): Promise<number> {
    await this.#until(() => this.exitCode !== undefined, 'end');
    return this.exitCode!;
  }

  type(text: string): void {
    this.#child.stdin!.write(text);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async #until(condition: () => boolean, what: string): Promise<void> {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    deadline.addEventListener('abort', () => this.#wake(), { once: true });
    while (!condition()) {
      if (deadline.aborted) throw new Error(`${this.#command} did not ${what}:\n${this.output}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

import { spawn } from 'node:child_process';

export type ProgramFailure = 'missing' | 'failed' | 'timeout' | 'aborted';

/** A program that could not do its work. `detail` is the end of what it wrote to stderr. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
  readonly code: ProgramFailure;
  readonly program: string;
  readonly detail: string;

  constructor(code: ProgramFailure, program: string, message: string, detail = '') {
    super(message);
    this.code = code;
    this.program = program;
    this.detail = detail;
  }
}

export type ProgramRun = {
  signal: AbortSignal;
  timeoutMs: number;
  /** Written to the program's stdin, which is then closed; secrets go this way, never as an argument. */
  stdin?: string;
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  /** Each line the program writes, from stdout and stderr alike. */
  onLine?: (line: string) => void;
  /** Exit codes that are an answer, not a failure; 0 always is. */
  accept?: readonly number[];
};

export type ProgramResult = { exitCode: number; stdout: string; stderr: string };

const KEPT_OUTPUT_CHARS = 1_000_000;
const DETAIL_CHARS = 2_000;
/** Between asking a program's process group to end and ending it. */
const GRACE_MS = 5_000;

/**
 * Runs one program in a process group of its own and waits for its end. On abort or timeout the whole group is asked
 * to end (SIGTERM), after 5 s it is killed; the promise settles only when the program is gone.
 * Throws ProgramError: missing, failed (unexpected exit code or killed by a signal), timeout, aborted.
 */
export function runProgram(program: string, args: readonly string[], run: ProgramRun): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    if (run.signal.aborted) {
      reject(new ProgramError('aborted', program, `${program} was not started: the work was cancelled`));
      return;
    }
    const child = spawn(program, args, {
      detached: true,
      cwd: run.cwd,
      env: { ...process.env, LC_ALL: 'C.UTF-8', ...run.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let ended: 'timeout' | 'aborted' | undefined;
    let killTimer: NodeJS.Timeout | undefined;
    const end = (why: 'timeout' | 'aborted') => {
      if (ended !== undefined) return;
      ended = why;
      signalGroup(child.pid, 'SIGTERM');
      killTimer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MS);
    };
    const onAbort = () => end('aborted');
    const deadline = setTimeout(() => end('timeout'), run.timeoutMs);
    run.signal.addEventListener('abort', onAbort, { once: true });
    const settle = () => {
      clearTimeout(deadline);
      clearTimeout(killTimer);
      run.signal.removeEventListener('abort', onAbort);
    };

    const stdout = new Output(run.onLine);
    const stderr = new Output(run.onLine);
    child.stdout.setEncoding('utf8').on('data', (text: string) => stdout.add(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.add(text));
    // A program may end without reading its input; its exit code says what that means.
    child.stdin.on('error', () => undefined);
    child.stdin.end(run.stdin ?? '');

    child.on('error', (error: NodeJS.ErrnoException) => {
      settle();
      const missing = error.code === 'ENOENT';
      reject(
        new ProgramError(
          missing ? 'missing' : 'failed',
          program,
          missing ? `${program} is not installed` : error.message,
        ),
      );
    });
    child.on('close', (exitCode, signalName) => {
      settle();
      stdout.flush();
      stderr.flush();
      const detail = stderr.text.slice(-DETAIL_CHARS).trim();
      if (ended !== undefined) {
        const message =
          ended === 'aborted' ? `${program} was cancelled` : `${program} did not end within ${run.timeoutMs} ms`;
        reject(new ProgramError(ended, program, message, detail));
      } else if (exitCode === null || (exitCode !== 0 && !run.accept?.includes(exitCode))) {
        const how = exitCode === null ? `was killed by ${signalName}` : `ended with code ${exitCode}`;
        reject(new ProgramError('failed', program, `${program} ${how}: ${lastLine(detail)}`, detail));
      } else {
        resolve({ exitCode, stdout: stdout.text, stderr: stderr.text });
      }
    });
  });
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}

/** Keeps the end of a program's output and hands it on line by line. */
class Output {
  text = '';
  readonly #onLine: ((line: string) => void) | undefined;
  #rest = '';

  constructor(onLine: ((line: string) => void) | undefined) {
    this.#onLine = onLine;
  }

  add(chunk: string): void {
    this.text = (this.text + chunk).slice(-KEPT_OUTPUT_CHARS);
    if (!this.#onLine) return;
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = (lines.pop() ?? '').slice(-KEPT_OUTPUT_CHARS);
    for (const line of lines) this.#onLine(line);
  }

  flush(): void {
    if (this.#rest !== '') this.#onLine?.(this.#rest);
    this.#rest = '';
  }
}

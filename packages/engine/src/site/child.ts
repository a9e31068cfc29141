import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';

/** A program that ended otherwise than it should. `detail` is the end of what it said. */
export class ProgramError extends Error {
  readonly program: string;
  readonly detail: string;
  constructor(program: string, message: string, detail: string, options?: { cause: unknown }) {
    super(`${program}: ${message}${detail === '' ? '' : `: ${detail}`}`, options);
    this.name = 'ProgramError';
    this.program = program;
    this.detail = detail;
  }
}

export interface RunOptions {
  input?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
}

/** Runs a program to its end and answers its stdout. No shell. Throws ProgramError (missing, signal, exit code). */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 60_000);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      signal,
      env: options.env ?? process.env,
      cwd: options.cwd,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4000)));
    child.on('error', (cause) => reject(new ProgramError(program, cause.message, stderr.trim(), { cause })));
    child.on('close', (code, by) => {
      if (code === 0) resolve(stdout);
      else reject(new ProgramError(program, by === null ? `ended with ${code}` : `ended by ${by}`, stderr.trim()));
    });
    child.stdin.on('error', () => child.kill());
    child.stdin.end(options.input ?? '');
  });
}

/** Starts a daemon that outlives this process (own session, output to a file). */
export function spawnDaemon(
  program: string,
  args: readonly string[],
  logFile: string,
  env: NodeJS.ProcessEnv = process.env,
): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log], env });
  child.unref();
  return child;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Waits until `probe` answers true; false after `timeoutMs`. For daemons that tell nobody when they are ready. */
export async function until(
  probe: () => Promise<boolean> | boolean,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (let wait = 10; ; wait = Math.min(wait * 1.5, 200)) {
    signal?.throwIfAborted();
    if (await probe()) return true;
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

import { spawn } from 'node:child_process';

export interface CommandEnd {
  readonly exitCode: number;
  /** stdout and stderr as they came. */
  readonly output: string;
  readonly seconds: number;
}

/**
 * Runs a program of the workspace to its end and keeps what it says, or lets it through to the terminal. Past the
 * deadline it is ended with everything it started.
 */
export async function runCommand(
  command: readonly string[],
  { show = false, deadlineMs }: { show?: boolean; deadlineMs: number },
): Promise<CommandEnd> {
  const began = performance.now();
  const child = spawn(command[0]!, command.slice(1), {
    cwd: root,
    detached: true,
    stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
  });
  const endAll = () => process.kill(-child.pid!, 'SIGKILL');
  const interrupted = () => {
    endAll();
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  let output = '';
  const timer = setTimeout(() => {
    const stopped = `\nstopped after ${Math.round(deadlineMs / 1000)} s\n`;
    output += stopped;
    if (show) process.stdout.write(stopped);
    endAll();
  }, deadlineMs);
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 1));
    });
    return { exitCode, output, seconds: (performance.now() - began) / 1000 };
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', interrupted);
  }
}

export const root = new URL('..', import.meta.url).pathname;
/** A program that a package of the workspace brings, run by the Node that runs us. */
export const packageProgram = (name: string, ...given: readonly string[]): readonly string[] => [
  process.execPath,
  `${root}node_modules/.bin/${name}`,
  ...given,
];

import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runProgram } from './run-program.ts';

const run = { signal: new AbortController().signal, timeoutMs: 20_000 };

describe('runProgram', () => {
  it('gives a program its input and returns what it says', async () => {
    expect(await runProgram('cat', [], { ...run, stdin: 'hello\n' })).toMatchObject({ exitCode: 0, stdout: 'hello\n' });
  });

  it('passes whole lines on, the last one too', async () => {
    const lines: string[] = [];
    await runProgram('printf', ['one\\ntwo'], { ...run, onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['one', 'two']);
  });

  it('says why a program failed', async () => {
    const failed = runProgram('sh', ['-c', 'echo no space left >&2; exit 3'], run);
    await expect(failed).rejects.toMatchObject({ code: 'failed', detail: 'no space left' });
    await expect(runProgram('sh', ['-c', 'exit 3'], { ...run, accept: [3] })).resolves.toMatchObject({ exitCode: 3 });
  });

  it('says that a program is not installed', async () => {
    await expect(runProgram('domus-no-such-program', [], run)).rejects.toMatchObject({ code: 'missing' });
  });

  it('ends a program and its children when the work is cancelled', async () => {
    const cancel = new AbortController();
    let child = 0;
    const running = runProgram('sh', ['-c', 'sleep 60 & echo $!; wait'], {
      ...run,
      signal: cancel.signal,
      onLine: (line) => {
        child = Number(line);
        cancel.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
    expect(child).toBeGreaterThan(0);
    expect(existsSync(`/proc/${child}/cwd`)).toBe(false);
  });

  it('does not wait for ever', async () => {
    await expect(runProgram('sleep', ['60'], { ...run, timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
  });
});

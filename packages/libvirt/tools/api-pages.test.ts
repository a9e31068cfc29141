import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = new URL('..', import.meta.url).pathname;
const typedoc = new URL('../../../node_modules/typedoc/bin/typedoc', import.meta.url).pathname;

test('the API pages tell of every public symbol, and no link is broken', async () => {
  const run = promisify(execFile)(process.execPath, [typedoc, '--emit', 'none'], { cwd: root, timeout: 120_000 });
  const { stdout, stderr } = await run.catch((failure: { stdout: string; stderr: string }) => failure);
  expect(stdout + stderr).toBe('');
}, 120_000);

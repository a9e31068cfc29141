import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PrivateHost } from '../testing/private-host.ts';

const run = promisify(execFile);

/** What `open-as.ts` says from in there: of a URI, or none if empty, as this user, with these variables (`NAME=value`). */
export async function openInside(
  host: PrivateHost,
  uri: string,
  user = 0,
  variables: readonly string[] = ['HOME=/nonexistent'],
): Promise<unknown> {
  const script = join(import.meta.dirname, 'open-as.ts');
  const [program, words] = host.inside('env', ...variables, process.execPath, script, uri, String(user));
  return JSON.parse((await run(program, words)).stdout) as unknown;
}

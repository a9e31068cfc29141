import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BUILD_MARK, endLeftBehind } from './left-behind.ts';

it('ends the orphans of its own folder and nobody else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'build-'));
  // Its own session, as after the death of the engine; a shell with a child, as mmdebstrap has.
  const start = (mark: string) =>
    spawn('sh', ['-c', 'sleep 60 & echo started; wait'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, [BUILD_MARK]: mark },
    });
  const orphan = start(folder);
  const stranger = start(`${folder}-other`);
  try {
    await Promise.all([once(orphan.stdout, 'data'), once(stranger.stdout, 'data')]);
    const ended = once(orphan, 'close');
    await endLeftBehind(folder);
    expect((await ended)[1]).toBe('SIGKILL');
    expect(stranger.exitCode).toBeNull();
    expect(stranger.signalCode).toBeNull();
  } finally {
    const gone = once(stranger, 'close');
    process.kill(-stranger.pid!, 'SIGKILL');
    await gone;
    await rm(folder, { recursive: true });
  }
});

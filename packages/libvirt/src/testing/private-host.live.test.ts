import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { obstacle } from '../live/fixture.ts';
import { PrivateLibvirtd } from './private-libvirtd.ts';

const run = promisify(execFile);

test.skipIf(obstacle() !== undefined)('what a private daemon locks is locked on its own host only', async () => {
  const daemon = await PrivateLibvirtd.start();
  try {
    const [program, args] = daemon.inside('touch', '/var/lock/LCK..domus-test');
    await run(program, args);
    expect(existsSync('/var/lock/LCK..domus-test')).toBe(false);
    expect(existsSync(join(daemon.folder, 'lock/LCK..domus-test'))).toBe(true);
  } finally {
    await daemon.stop();
  }
});

import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeSeedIso } from './seed-iso.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seed-'));
});
afterEach(() => rm(folder, { recursive: true }));

const files = { 'user-data': '#cloud-config\n{}\n', 'meta-data': '{"instance-id":"i-1"}\n' };

it('writes a CD that cloud-init recognises, readable by its owner alone', async () => {
  const target = join(folder, 'web.iso');
  const made = await makeSeedIso({ files, target, signal: AbortSignal.timeout(20_000) });
  expect(made.sizeBytes).toBe((await stat(target)).size);
  expect((await stat(target)).mode & 0o777).toBe(0o600);
  expect(
    execFileSync('xorriso', ['-indev', target, '-pvd_info'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ).toMatch(/Volume Id\s*: cidata/);
  execFileSync('xorriso', ['-osirrox', 'on', '-indev', target, '-extract', '/user-data', join(folder, 'read')], {
    stdio: 'ignore',
  });
  expect(await readFile(join(folder, 'read'), 'utf8')).toBe(files['user-data']);
  expect((await readdir(folder)).sort()).toEqual(['read', 'web.iso']);
});

it('leaves nothing when it is cancelled', async () => {
  const made = makeSeedIso({ files, target: join(folder, 'web.iso'), signal: AbortSignal.abort() });
  await expect(made).rejects.toMatchObject({ code: 'aborted' });
  expect(await readdir(folder)).toEqual([]);
});

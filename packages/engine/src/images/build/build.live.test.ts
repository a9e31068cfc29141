import { access, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../programs/run-program.ts';
import { buildSeed, makeSeedIso, type SeedRequest, sha512Crypt } from '../seed/index.ts';
import { buildImage } from './build-image.ts';
import { type RecipeName, recipeKey, recipes } from './recipes.ts';
import { TestGuest } from './test-guest.ts';

// Builds the server image (or takes an equal build from DOMUS_IMAGE_CACHE, a folder) and starts it by QEMU alone, under UEFI.
// The system tests start it and the desktop's under BIOS, by Domus.

const MINUTE_MS = 60_000;
const GUEST_MS = 8 * MINUTE_MS;
const BUILD_MS = 20 * MINUTE_MS;
const root = process.getuid?.() === 0;
if (!root && process.env['CI'] === 'true') throw new Error('These tests need root: packages are installed in a chroot');
if (!root) console.warn('skipped: building an image needs root');

let folder: string;
let keyFile: string;
let publicKey: string;
let guest: TestGuest | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domus-image-'));
  keyFile = join(folder, 'key');
  const run = { signal: AbortSignal.timeout(MINUTE_MS), timeoutMs: MINUTE_MS };
  await runProgram('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', keyFile], run);
  publicKey = (await readFile(`${keyFile}.pub`, 'utf8')).trim();
});
afterEach(async () => {
  await guest?.stop();
  guest = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function finished(recipe: RecipeName): Promise<string> {
  const cache = process.env['DOMUS_IMAGE_CACHE'] ?? folder;
  await mkdir(cache, { recursive: true });
  const image = join(cache, `${recipe}-${(await recipeKey(recipes[recipe])).slice(0, 16)}.qcow2`);
  const known = await access(image).then(
    () => true,
    () => false,
  );
  if (known) return image;
  const target = join(folder, 'built.qcow2');
  const built = await buildImage({
    recipe,
    target,
    workFolder: join(folder, 'work'),
    aptCache: join(cache, 'apt'),
    signal: AbortSignal.timeout(BUILD_MS),
    onProgress: () => undefined,
    log: () => undefined,
  });
  expect(built.sha256).toMatch(/^[0-9a-f]{64}$/);
  await expect(access(join(folder, 'work'))).rejects.toMatchObject({ code: 'ENOENT' });
  await copyFile(target, `${image}.${process.pid}`);
  await rename(`${image}.${process.pid}`, image);
  return image;
}

async function boot(recipe: RecipeName, seed: Partial<SeedRequest>): Promise<TestGuest> {
  const image = await finished(recipe);
  const signal = AbortSignal.timeout(GUEST_MS);
  const result = buildSeed({ hostname: 'probe', instanceId: 'i-1', user: 'ada', sshKeys: [publicKey], ...seed });
  if (!result.ok) throw new Error(result.message.en);
  const iso = await makeSeedIso({ files: result.files, target: join(folder, 'seed.iso'), signal });
  guest = await TestGuest.start({ folder, image, seed: iso.path, signal });
  return guest;
}

describe.skipIf(!root)('debian-12', { timeout: BUILD_MS + GUEST_MS }, () => {
  it("starts under UEFI, is the guest that the seed describes, and takes a person's own user data", async () => {
    const passwordHash = sha512Crypt('correct horse');
    const userData =
      '#cloud-config\nusers:\n  - name: bob\ntimezone: Europe/Berlin\nruncmd:\n  - echo ran > /run/ran\n';
    const vm = await boot('debian-12', { passwordHash, timezone: 'UTC', userData });
    expect(await vm.serial('probe login:')).toContain('Debian GNU/Linux 12 probe ttyS0');
    expect(await vm.agent('guest-get-host-name')).toEqual({ 'host-name': 'probe' });
    expect(await vm.ssh('ada', keyFile, 'id -un; hostname; sudo -n id -un')).toBe('ada\nprobe\nroot');
    expect(await vm.run('cloud-init status --wait')).toContain('status: done');
    expect(await vm.run('systemctl --failed --no-legend')).toBe('');
    expect(await vm.run('test -d /sys/firmware/efi && cat /run/ran /etc/timezone')).toBe('ran\nEurope/Berlin');
    expect(await vm.run('id -u ada bob')).toBe('1000\n1001');
    // Grown to the disk of 8 GiB.
    expect(Number(await vm.run('df --output=size -B1 / | tail -1'))).toBeGreaterThan(7 * 1024 ** 3);
    // The password that was asked for, and no other.
    expect(await vm.run('awk -F: \'$2 !~ /^[!*]/ { print $1 ":" $2 }\' /etc/shadow')).toBe(`ada:${passwordHash}`);
    expect(await vm.run('sshd -T | grep ^passwordauthentication')).toBe('passwordauthentication yes');
    // An identity of its own.
    expect(await vm.run('cat /etc/machine-id')).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe.skipIf(!root)('a build that is cancelled', { timeout: BUILD_MS }, () => {
  it('leaves neither processes nor half images', async () => {
    const cancel = new AbortController();
    const workFolder = join(folder, 'work');
    const build = buildImage({
      recipe: 'debian-12',
      target: join(folder, 'built.qcow2'),
      workFolder,
      signal: cancel.signal,
      onProgress: ({ fraction }) => fraction > 0 && cancel.abort(),
      log: () => undefined,
    });
    await expect(build).rejects.toMatchObject({ name: 'ImageBuildError', code: 'aborted' });
    expect((await readdir(folder)).filter((name) => name.startsWith('built'))).toEqual([]);
    expect((await readdir(workFolder)).filter((name) => name.endsWith('.part'))).toEqual([]);
    const running = await runProgram('pgrep', ['-f', workFolder], {
      signal: AbortSignal.timeout(MINUTE_MS),
      timeoutMs: MINUTE_MS,
      accept: [1],
    });
    expect(running.stdout).toBe('');
  });
});

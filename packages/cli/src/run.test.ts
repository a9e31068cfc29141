import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { EngineDouble, json, operation, problemOf, vm } from './testing/engine-double.ts';

let engine: EngineDouble;
beforeAll(async () => {
  engine = await EngineDouble.start((_, response) => json(response, 200, {}));
});
afterAll(async () => await engine.stop());

const vms = [
  vm(),
  vm({ name: 'a-very-long-name-that-does-not-fit-into-a-narrow-terminal', state: 'stopped', addresses: [] }),
];
const listing = () => engine.answers((_, response) => json(response, 200, { items: vms }));

describe('a list', () => {
  it('is a table for people, in their language', async () => {
    listing();
    const english = await engine.domus(['vm', 'list']);
    expect(english.stdout).toMatch(/^NAME +STATE +ADDRESS/);
    expect(english.stdout).toMatch(/first +running +192\.168\.122\.10 +debian-12 +2 +1\.5 GiB/);
    const chinese = await engine.domus(['vm', 'list'], { environment: { LANG: 'zh_CN.UTF-8' } });
    expect(chinese.stdout).toMatch(/^名称 +状态/);
    expect(engine.received.map(({ headers }) => headers['accept-language'])).toEqual(['en', 'zh-CN']);
  });
  it('fits the terminal and has colours there, unless NO_COLOR', async () => {
    listing();
    const plain = await engine.domus(['vm', 'list'], { columns: 80, environment: { NO_COLOR: '1' } });
    for (const line of plain.stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
    expect(plain.stdout).toContain('…');
    expect(plain.stdout).not.toContain('\x1b');
    expect((await engine.domus(['vm', 'list'], { columns: 80 })).stdout).toContain('\x1b[32mrunning\x1b[39m');
  });
  it('is the same data as JSON and as YAML', async () => {
    listing();
    expect(JSON.parse((await engine.domus(['vm', 'list', '-o', 'json'])).stdout)).toEqual(vms);
    expect(parse((await engine.domus(['-o', 'yaml', 'vm', 'list'])).stdout)).toEqual(vms);
  });
  it('lets no name drive the terminal', async () => {
    engine.answers((_, response) => json(response, 200, { items: [vm({ name: 'x\x1b]0;owned\x07' })] }));
    const { stdout } = await engine.domus(['vm', 'list']);
    expect(stdout).toContain('x�]0;owned�');
    expect([stdout.includes('\x1b'), stdout.includes('\x07')]).toEqual([false, false]);
  });
});

describe('one resource', () => {
  it('is shown a field a line', async () => {
    engine.answers((_, response) => json(response, 200, vm()));
    const { stdout } = await engine.domus(['vm', 'show', 'first']);
    expect(stdout).toMatch(/^host +here \(/m);
    expect(stdout).toMatch(/^addresses +ip=192\.168\.122\.10 mac=52:54:00:00:00:01 source=lease$/m);
    expect(stdout).toMatch(/^stateReason +–$/m);
  });
});

describe('the exit code', () => {
  it('is 1 with the problem of a refusal', async () => {
    const problem = problemOf('NAME_TAKEN', { kind: 'vm', name: 'first' }, 'name');
    engine.answers((_, response) => json(response, 409, problem));
    const create = ['vm', 'create', '--name', 'first', '--flavor', 'small', '--image', 'debian-12'];
    const told = await engine.domus(create);
    expect(told).toMatchObject({ exitCode: 1, stdout: '' });
    expect(told.stderr).toBe('domus: Another VM is already named "first" [NAME_TAKEN, field name]\n');
    expect(JSON.parse((await engine.domus([...create, '-o', 'json'])).stderr)).toEqual(problem);
  });
  it.each([
    [['vm', 'frobnicate']],
    [['vm', 'list', '--colour']],
    [['vm', 'create', '--name', 'x']],
    [['vm', 'list', '-o', 'xml']],
    [['volume', 'create', '--name', 'x', '--size', 'big']],
    [['vm', 'create', '--name', 'x', '--flavor', 'small', '--ssh-key', 'ssh-ed25519 AAAA']],
    [['vm', 'console', 'first']],
    [['user', 'create', '--name', 'x']],
    [['--url', 'ftp://x', 'vm', 'list']],
    [['--url', 'http://x', '--data-dir', '/x', 'vm', 'list']],
  ])('is 2 for %j, and nothing is asked of the engine', async (argv) => {
    listing();
    const { exitCode, stderr } = await engine.domus(argv);
    expect(exitCode).toBe(2);
    expect(stderr).not.toBe('');
    expect(engine.received).toEqual([]);
  });
  it('is 3 where no engine answers', async () => {
    const nowhere = await engine.domus(['vm', 'list', '--data-dir', '/nowhere']);
    expect(nowhere.exitCode).toBe(3);
    expect(nowhere.stderr).toMatch(/\/nowhere\/run\/api\.sock: ENOENT/);
    engine.answers((_, response) => void response.end('<html>'));
    expect((await engine.domus(['vm', 'list'])).exitCode).toBe(3);
  });
  it('is 0 for help', async () => {
    expect(await engine.domus(['vm', '--help'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('force-off'),
    });
  });
});

describe('vm create', () => {
  const base = ['vm', 'create', '--name', 'first', '--flavor', 'small', '--image', 'debian-12'];
  const bodyOf = async (more: string[], stdin = '') => {
    engine.answers((_, response) => json(response, 202, operation()));
    expect(await engine.domus([...base, ...more], { stdin })).toMatchObject({ exitCode: 0, stderr: '' });
    return JSON.parse(engine.received[0]!.body) as unknown;
  };
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@here';

  it('sends what was given and nothing else', async () => {
    expect(await bodyOf([])).toEqual({ name: 'first', flavor: 'small', image: 'debian-12', start: true });
    const more = ['--disk', '20', '--firmware', 'efi', '--accelerator', 'qemu', '--network', 'n', '--no-start'];
    expect(await bodyOf(more)).toMatchObject({
      diskGiB: 20,
      firmware: 'efi',
      accelerator: 'qemu',
      network: 'n',
      start: false,
    });
  });
  it('takes a key itself, a file of keys, and a private key that has its public half beside it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'domus keys '));
    writeFileSync(join(folder, 'id'), '-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n');
    writeFileSync(join(folder, 'id.pub'), `# mine\n${key}\n\n`);
    for (const given of [key, join(folder, 'id.pub'), join(folder, 'id')]) {
      expect(await bodyOf(['--user', 'me', '--ssh-key', given])).toMatchObject({
        guestUser: { name: 'me', sshKeys: [key] },
      });
    }
    rmSync(folder, { recursive: true });
    expect(await engine.domus([...base, '--user', 'me', '--ssh-key', '/no/such'])).toMatchObject({ exitCode: 1 });
  });
  it('takes a password from stdin only', async () => {
    expect(await bodyOf(['--user', 'me', '--password-stdin'], 'correct horse\n')).toMatchObject({
      guestUser: { name: 'me', sshKeys: [], password: 'correct horse' },
    });
  });
});

describe('vm exec', () => {
  const answering = (result: object) =>
    engine.answers((_, response) =>
      json(response, 200, { exitCode: 0, signal: null, stdout: '', stderr: '', truncated: false, ...result }),
    );

  it("is the guest's program as if it ran here", async () => {
    answering({ exitCode: 7, stdout: '6.1.0\n', stderr: 'oh\n' });
    const told = await engine.domus(['vm', 'exec', 'first', '--', 'ls', '-l', '-o', 'json', '--help']);
    expect(told).toEqual({ exitCode: 7, stdout: '6.1.0\n', stderr: 'oh\n' });
    expect(JSON.parse(engine.received[0]!.body)).toEqual({
      command: ['ls', '-l', '-o', 'json', '--help'],
      timeoutSeconds: 30,
    });
  });
  it('ends with 128 and the signal that ended it, and passes stdin on', async () => {
    answering({ exitCode: null, signal: 9 });
    expect(await engine.domus(['vm', 'exec', 'first', '--stdin', '--', 'cat'], { stdin: 'hello' })).toMatchObject({
      exitCode: 137,
    });
    expect(JSON.parse(engine.received[0]!.body)).toMatchObject({ input: 'hello' });
  });
});

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ConnectOptions, type CredentialsCallback, connect } from '../index.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import { comesBack } from './comes-back.ts';
import { obstacle } from './fixture.ts';
import { freePort } from './free-port.ts';
import { accountFiles, makeKey, PrivateSshd, ROOT_PASSWORD } from './private-sshd.ts';

const run = promisify(execFile);

describe.skipIf(obstacle() !== undefined)('SSH to a real libvirtd through a real sshd', () => {
  let folder: string;
  let daemon: PrivateLibvirtd;
  let sshd: PrivateSshd;
  let jump: PrivateSshd;
  let knownHosts: string;
  const file = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'domus-ssh-'));
    daemon = await PrivateLibvirtd.start({
      hostname: 'ssh-test',
      hostNetwork: true,
      binds: await accountFiles(folder),
    });
    await makeKey(file('key'));
    await makeKey(file('locked'), 'open sesame', 'ecdsa');
    await makeKey(file('stranger'));
    const allowed = await Promise.all(['key', 'locked'].map((name) => readFile(file(`${name}.pub`), 'utf8')));
    await writeFile(file('authorized_keys'), allowed.join(''));
    sshd = await PrivateSshd.start(daemon.host, folder, 'sshd');
    jump = await PrivateSshd.start(daemon.host, folder, 'jump');
    knownHosts = file('known_hosts');
    await writeFile(knownHosts, (await sshd.knownHost()) + (await jump.knownHost()));
    await run('ssh-keygen', ['-q', '-H', '-f', knownHosts]);
  });

  afterAll(async () => {
    await daemon?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  afterEach(() => vi.unstubAllEnvs());

  const uriOf = (more: string, { port = sshd.port, known = knownHosts, transport = 'ssh' } = {}) =>
    `test+${transport}://root@127.0.0.1:${port}/default?known_hosts=${known}${more}`;
  const byKey = () => `&sshauth=privkey&keyfile=${file('key')}`;

  async function opens(uri: string, options: Omit<ConnectOptions, 'uri'> = {}): Promise<void> {
    await using connection = await connect({ uri, ...options });
    expect(await connection.host.getHostname()).toBe('ssh-test');
    expect((await connection.domains.list()).map(({ name }) => name)).toEqual(['test']);
  }

  test('a key and a known host suffice, for virsh and for us with the same URI', async () => {
    const uri = uriOf(byKey(), { transport: 'libssh' });
    await opens(uri);
    expect((await run('virsh', ['-c', uri, 'hostname'])).stdout.trim()).toBe('ssh-test');
  });

  test.each(['&proxy=native', '&proxy=netcat', '&netcat=/bin/nc', '&mode=legacy', '&socket=/run/libvirt/libvirt-sock'])(
    'from sshd to libvirtd by %s',
    (way) => opens(uriOf(byKey() + way)),
  );

  test('without virt-ssh-helper there is forwarding, without forwarding netcat, without netcat a reason', async () => {
    const bin = file('bin');
    await mkdir(bin);
    for (const program of ['sh', 'grep', 'nc']) await symlink(`/bin/${program}`, join(bin, program));
    const port = async (name: string, more: string) => {
      const poor = await PrivateSshd.start(daemon.host, folder, name, `SetEnv PATH=${bin}\n${more}`);
      await writeFile(knownHosts, await poor.knownHost(), { flag: 'a' });
      return { port: poor.port };
    };
    await opens(uriOf(byKey(), await port('forwarding', '')));
    const closed = await port('netcat', 'AllowStreamLocalForwarding no');
    await opens(uriOf(byKey(), closed));
    await rm(join(bin, 'nc'));
    await expect(connect({ uri: uriOf(byKey(), closed) })).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      phase: 'SSH channel',
      message: expect.stringContaining('tried virt-ssh-helper, forwarding to /var/run/libvirt/libvirt-sock, nc -U'),
    });
  });

  test('without a driver the daemon there chooses one', async () => {
    await using connection = await connect({ uri: uriOf(byKey()).replace(/^test(.*)\/default/, 'remote$1/') });
    expect(await connection.host.getURI()).toBe('qemu:///system');
  });

  test('what the far side complains reaches the caller', async () => {
    await expect(connect({ uri: uriOf(`${byKey()}&proxy=netcat&socket=/nowhere`) })).rejects.toMatchObject({
      phase: 'authentication',
      message: expect.stringMatching(/sh ended with 1: .*No such file/s),
    });
  });

  test('an agent signs in', async () => {
    const socket = file('agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(agent.stdout, 'data');
    await run('ssh-add', ['-q', file('key')], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    vi.stubEnv('SSH_AUTH_SOCK', socket);
    await opens(uriOf('&sshauth=agent'));
    agent.kill();
    await once(agent, 'exit');
  });

  test.each(['password', 'keyboard-interactive'])('%s: the secret comes from the callback', async (way) => {
    const credentials = vi.fn<CredentialsCallback>(() => ({ password: ROOT_PASSWORD }));
    await opens(uriOf(`&sshauth=${way}`), { credentials });
    const kind = way === 'password' ? 'ssh-password' : 'ssh-prompt';
    expect(credentials.mock.calls[0]?.[0]).toMatchObject({ kind, host: '127.0.0.1', user: 'root' });
    const error = await connect({ uri: uriOf(`&sshauth=${way}`), credentials: () => ({ password: 'geheim' }) }).catch(
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject({ code: 'AUTH_FAILED', phase: 'SSH sign-in' });
    expect(String(error)).not.toContain('geheim');
  });

  test('a locked key is opened with its passphrase', async () => {
    const uri = uriOf(`&sshauth=privkey&keyfile=${file('locked')}`);
    await opens(uri, { credentials: () => ({ password: 'open sesame' }) });
    await expect(connect({ uri, credentials: () => ({ password: 'geheim' }) })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining(file('locked')),
    });
    await expect(connect({ uri })).rejects.toMatchObject({ code: 'AUTH_FAILED' });
  });

  test('a key that the server does not know is refused, and the ways tried are told', async () => {
    await expect(connect({ uri: uriOf(`&keyfile=${file('stranger')}`) })).rejects.toMatchObject({
      code: 'AUTH_FAILED',
      phase: 'SSH sign-in',
      message: expect.stringContaining('none of the ways tried: publickey'),
    });
  });

  test('a host that is not known is refused, with its key; known_hosts_verify=auto writes it down', async () => {
    const known = file('fresh/known_hosts');
    const uri = uriOf(byKey(), { known });
    await expect(connect({ uri })).rejects.toMatchObject({
      code: 'HOST_KEY_REJECTED',
      phase: 'SSH sign-in',
      message: expect.stringMatching(/ssh-ed25519 SHA256:\S+, is not in .*fresh\/known_hosts/),
    });
    await opens(`${uri}&known_hosts_verify=auto`);
    await opens(uri);
    const found = await run('ssh-keygen', ['-F', `[127.0.0.1]:${sshd.port}`, '-f', known]);
    expect(found.stdout).toContain((await sshd.knownHost()).split(' ')[2]!.trim());
  });

  test('a host whose key changed, or was revoked, is refused even then', async () => {
    const known = file('changed');
    const line = (await sshd.knownHost()).trim();
    const other = (await readFile(file('stranger.pub'), 'utf8')).split(' ').slice(0, 2).join(' ');
    await writeFile(known, `${line.split(' ')[0]} ${other}\n`);
    const uri = uriOf(byKey(), { known });
    await expect(connect({ uri: `${uri}&no_verify=1` })).rejects.toMatchObject({
      code: 'HOST_KEY_REJECTED',
      message: expect.stringContaining('is another than that in'),
    });
    await opens(`${uri}&known_hosts_verify=ignore`);
    await writeFile(known, `${line}\n@revoked * ${line.split(' ').slice(1).join(' ')}\n`);
    await expect(connect({ uri: `${uri}&no_verify=1` })).rejects.toMatchObject({
      code: 'HOST_KEY_REJECTED',
      message: expect.stringContaining('is revoked in'),
    });
  });

  test('a jump host is signed in to first, and tells what it cannot reach', async () => {
    const proxyJump = `root@127.0.0.1:${jump.port}`;
    await opens(uriOf(byKey()), { proxyJump });
    await expect(connect({ uri: uriOf(byKey(), { port: await freePort() }), proxyJump })).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      message: expect.stringContaining('the jump host cannot reach 127.0.0.1'),
    });
    await expect(connect({ uri: uriOf(byKey()), proxyJump: 'root@127.0.0.1:x' })).rejects.toMatchObject({
      code: 'INVALID_URI',
    });
  });

  test('bytes by the megabyte come whole, both ways', async () => {
    await using connection = await connect({ uri: uriOf(byKey()) });
    const description = '<description>Ä'.concat('x'.repeat(3_000_000), '</description>');
    const xml = `<domain type='test'><name>big</name>${description}<memory>1024</memory><os><type>hvm</type></os></domain>`;
    const domain = await connection.domains.defineXML(xml);
    expect(await domain.getXMLDesc()).toContain(description);
    await domain.undefine();
  });

  test('a daemon that comes back is found again, by SSH', () => comesBack(uriOf(byKey()), daemon));

  test('a server that says nothing is waited for until the deadline', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const uri = uriOf(byKey(), { port: (silent.address() as AddressInfo).port });
    await expect(connect({ uri, connectDeadlineMs: 200 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      phase: 'SSH sign-in',
    });
    await expect(connect({ uri, signal: AbortSignal.timeout(200) })).rejects.toMatchObject({
      code: 'ABORTED',
      phase: 'SSH sign-in',
    });
    silent.close();
  });

  test('an SSH server that dies ends the connection and wakes who waits', async () => {
    const connection = await connect({ uri: uriOf(byKey()) });
    await sshd.kill();
    expect(await connection.closed).toMatchObject({ code: 'CONNECTION_LOST' });
    await expect(connect({ uri: uriOf(byKey()) })).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      phase: 'connect',
    });
  });
});

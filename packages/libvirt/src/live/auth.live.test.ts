import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConnectOptions, connect } from '../index.ts';
import { PrivateHost } from '../testing/private-host.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import { obstacle } from './fixture.ts';
import { freePort } from './free-port.ts';
import { openInside } from './open-inside.ts';
import { TestCa } from './test-pki.ts';

const run = promisify(execFile);

const NOBODY = 65_534;
const GAMES = 5;

describe.skipIf(obstacle() !== undefined)('SASL with a real libvirtd and cyrus-sasl', () => {
  const hostname = 'sasl-test';
  let ca: TestCa;
  let daemon: PrivateLibvirtd;
  let tls: number;
  let tcp: number;

  beforeAll(async () => {
    ca = await TestCa.make('Domus test CA');
    await ca.issue('localhost', 'serverAuth');
    const sasl = ca.file('sasl2');
    await mkdir(sasl);
    const mechanisms = 'scram-sha-256 scram-sha-1 plain';
    const database = ca.file('passwd.db');
    await writeFile(
      join(sasl, 'libvirt.conf'),
      `mech_list: ${mechanisms}\nsasldb_path: ${database}\npwcheck_method: auxprop\n`,
    );
    const added = run('saslpasswd2', ['-f', database, '-a', 'libvirt', '-u', hostname, '-p', '-c', 'fred']);
    added.child.stdin?.end('pencil, = ü');
    await added;
    [tls, tcp] = [await freePort(), await freePort()];
    daemon = await PrivateLibvirtd.start({
      hostname,
      hostNetwork: true,
      listen: true,
      binds: { '/etc/sasl2': sasl },
      libvirtdConf: `listen_tls = 1
listen_tcp = 1
listen_addr = "127.0.0.1"
tls_port = "${tls}"
tcp_port = "${tcp}"
auth_tls = "sasl"
auth_tcp = "sasl"
auth_unix_rw = "sasl"
tls_no_verify_certificate = 1
ca_file = "${ca.file('ca.pem')}"
cert_file = "${ca.file('localhost.pem')}"
key_file = "${ca.file('localhost.key')}"`,
    });
  });

  afterAll(async () => {
    await daemon?.stop();
    if (ca) await rm(ca.folder, { recursive: true });
  });

  const credentials = () => ({ authname: 'fred', password: 'pencil, = ü' });

  async function opens(uri: string, options: Omit<ConnectOptions, 'uri'> = {}): Promise<void> {
    await using connection = await connect({ uri, ...options });
    expect(await connection.host.getHostname()).toBe(hostname);
  }

  test.each(['scram-sha-256', 'scram-sha-1', 'plain'])('%s over TLS and over a unix socket', async (mechanism) => {
    const pki = await ca.pkipath(mechanism);
    await opens(`test+tls://localhost:${tls}/default?pkipath=${pki}&auth=sasl.${mechanism}`, { credentials });
    await opens(`${daemon.uri('test:///default')}&auth=sasl.${mechanism}`, { credentials });
  });

  test('auth.conf serves this client and virsh alike', async () => {
    const file = ca.file('auth.conf');
    const section = '[credentials-x]\nauthname=fred\npassword=pencil, = ü\n[auth-libvirt-localhost]\ncredentials=x\n';
    await writeFile(file, section);
    const uri = `test+tls://localhost:${tls}/default?pkipath=${await ca.pkipath('conf')}&authfile=${file}`;
    await opens(uri);
    expect((await run('virsh', ['-c', `${uri}&auth=sasl.SCRAM-SHA-256`, 'hostname'])).stdout.trim()).toBe(hostname);
  });

  test.each([
    ['a wrong password', { authname: 'fred', password: 'geheim' }],
    ['an unknown user', { authname: 'karl', password: 'geheim' }],
  ])('%s is refused, and the secret is not told', async (_, wrong) => {
    const uri = `test+tls://localhost:${tls}/default?pkipath=${await ca.pkipath(wrong.authname)}`;
    const error = await connect({ uri, credentials: () => wrong }).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'AUTH_FAILED' });
    expect(String(error)).not.toContain('geheim');
  });

  test('over bare TCP the daemon wants encryption by SASL, which is refused with a reason', async () => {
    await expect(connect({ uri: `test+tcp://127.0.0.1:${tcp}/default`, credentials })).rejects.toMatchObject({
      code: 'AUTH_UNAVAILABLE',
      phase: 'authentication',
      message: expect.stringContaining('without TLS or SSH a daemon wants encryption by SASL'),
    });
  });
});

describe.skipIf(obstacle() !== undefined)('polkit with a real polkitd', () => {
  let folder: string;
  let daemon: PrivateLibvirtd;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'domus-polkit-'));
    for (const part of ['dbus', 'rules']) await mkdir(join(folder, part));
    await chmod(folder, 0o755);
    const rule = `if (action.id == 'org.libvirt.unix.manage' && subject.user == 'games') return polkit.Result.YES;`;
    await writeFile(join(folder, 'rules/games.rules'), `polkit.addRule(function(action, subject) { ${rule} });\n`);
    daemon = await PrivateLibvirtd.start({
      hostname: 'polkit-test',
      binds: { '/run/dbus': join(folder, 'dbus'), '/etc/polkit-1/rules.d': join(folder, 'rules') },
      libvirtdConf: 'auth_unix_rw = "polkit"\nunix_sock_rw_perms = "0777"',
      // The bus starts polkitd when it is first asked for.
      before: (host) =>
        host.daemon(['dbus-daemon', '--system', '--nofork', '--nopidfile'], {
          path: join(folder, 'dbus/system_bus_socket'),
        }),
    });
    await chmod(daemon.folder, 0o755);
  });

  afterAll(async () => {
    await daemon?.stop();
    if (folder) await rm(folder, { recursive: true });
  });

  const open = (user: number) => openInside(daemon.host, 'qemu:///system', user);

  test('whom its rules know is let in, others are not', async () => {
    expect(await open(0)).toEqual({ uri: 'qemu:///system' });
    expect(await open(GAMES)).toEqual({ uri: 'qemu:///system' });
    expect(await open(NOBODY)).toMatchObject({ code: 'AUTH_UNAVAILABLE' });
  });
});

describe.skipIf(obstacle() !== undefined)('the session daemon of a user', () => {
  let host: PrivateHost;
  let variables: string[];

  beforeAll(async () => {
    host = await PrivateHost.make({ hostname: 'session-test' });
    const home = join(host.folder, 'run');
    await chown(home, NOBODY, NOBODY);
    variables = ['HOME', 'XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME'].map((name) => `${name}=/run/libvirt`);
    const user = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', 'env', ...variables];
    await host.daemon([...user, '/usr/sbin/libvirtd'], { path: join(home, 'libvirt/libvirt-sock') });
  });

  afterAll(() => host?.end());

  test('is found by qemu:///session, and without any URI', async () => {
    expect(await openInside(host, 'qemu:///session', NOBODY, variables)).toEqual({ uri: 'qemu:///session' });
    expect(await openInside(host, '', NOBODY, variables)).toEqual({ uri: 'qemu:///session' });
    const named = [...variables, 'LIBVIRT_DEFAULT_URI=test:///default'];
    expect(await openInside(host, '', NOBODY, named)).toEqual({ uri: 'test:///default' });
  });
});

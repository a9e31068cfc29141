import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../index.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import { comesBack } from './comes-back.ts';
import { obstacle } from './fixture.ts';
import { freePort } from './free-port.ts';
import { TestCa } from './test-pki.ts';

const run = promisify(execFile);

describe.skipIf(obstacle() !== undefined)('TCP, TLS and a program as ways to a real libvirtd', () => {
  let ca: TestCa;
  let stranger: TestCa;
  let daemon: PrivateLibvirtd;
  let tls: number;
  let tcp: number;

  beforeAll(async () => {
    [ca, stranger] = await Promise.all([TestCa.make('Domus test CA'), TestCa.make('Another CA')]);
    await ca.issue('localhost', 'serverAuth');
    for (const name of ['known', 'revoked']) await ca.issue(name, 'clientAuth');
    await ca.issue('expired', 'clientAuth', -1);
    await stranger.issue('stranger', 'clientAuth');
    const crl = await ca.revoke('revoked');
    [tls, tcp] = [await freePort(), await freePort()];
    daemon = await PrivateLibvirtd.start({
      hostname: 'tls-test',
      hostNetwork: true,
      listen: true,
      libvirtdConf: `listen_tls = 1
listen_tcp = 1
listen_addr = "127.0.0.1"
tls_port = "${tls}"
tcp_port = "${tcp}"
auth_tcp = "none"
auth_tls = "none"
ca_file = "${ca.file('ca.pem')}"
cert_file = "${ca.file('localhost.pem')}"
key_file = "${ca.file('localhost.key')}"
crl_file = "${crl}"`,
    });
  });

  afterAll(async () => {
    await daemon?.stop();
    for (const each of [ca, stranger]) if (each) await rm(each.folder, { recursive: true });
  });

  const tlsUri = (pkipath: string, more = '', host = 'localhost') =>
    `test+tls://${host}:${tls}/default?pkipath=${pkipath}${more}`;

  async function sameAsVirsh(uri: string): Promise<void> {
    await using connection = await connect({ uri });
    expect(await connection.host.getHostname()).toBe('tls-test');
    const names = (await connection.domains.list()).map(({ name }) => name);
    expect(names).toEqual([(await run('virsh', ['-c', uri, 'list', '--name'])).stdout.trim()]);
  }

  test('TCP reaches what virsh reaches', () => sameAsVirsh(`test+tcp://127.0.0.1:${tcp}/default`));

  test('TLS with a client certificate reaches what virsh reaches, streams too', async () => {
    const uri = tlsUri(await ca.pkipath('known', { ca, name: 'known' }));
    await sameAsVirsh(uri);
    await using connection = await connect({ uri });
    const domain = await connection.domains.lookupByName('test');
    const { image } = await domain.screenshot();
    let bytes = 0;
    for await (const chunk of image) bytes += (chunk as Buffer).length;
    expect(bytes).toBeGreaterThan(1000);
  });

  test.each([
    ['none', undefined],
    ['revoked', 'own'],
    ['stranger', 'other'],
  ] as const)('a client whose certificate is %s is refused by the daemon', async (name, issuer) => {
    const identity = issuer && { ca: issuer === 'own' ? ca : stranger, name };
    const uri = tlsUri(await ca.pkipath(`refused-${name}`, identity));
    await expect(connect({ uri })).rejects.toMatchObject({
      code: 'CLIENT_CERTIFICATE_REJECTED',
      phase: 'certificate acceptance',
    });
  });

  test('an expired certificate is told before it is sent, unless no_sanity', async () => {
    const uri = tlsUri(await ca.pkipath('expired', { ca, name: 'expired' }));
    await expect(connect({ uri })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('clientcert.pem expired on'),
    });
    await expect(connect({ uri: `${uri}&no_sanity=1` })).rejects.toMatchObject({ code: 'CLIENT_CERTIFICATE_REJECTED' });
  });

  test('a daemon of another CA is not believed', async () => {
    const uri = tlsUri(await stranger.pkipath('theirs', { ca, name: 'known' }));
    await expect(connect({ uri })).rejects.toMatchObject({
      code: 'SERVER_CERTIFICATE_REJECTED',
      phase: 'TLS handshake',
      message: expect.stringContaining('the certificate of localhost is not from our CA'),
    });
  });

  test('a daemon with the name of another is not believed, unless no_verify', async () => {
    const uri = tlsUri(await ca.pkipath('name', { ca, name: 'known' }), '', '127.0.0.1');
    await expect(connect({ uri })).rejects.toMatchObject({
      code: 'SERVER_CERTIFICATE_REJECTED',
      message: expect.stringContaining('the certificate of 127.0.0.1 is for another host'),
    });
    await using connection = await connect({ uri: `${uri}&no_verify=1` });
    expect(await connection.host.getHostname()).toBe('tls-test');
  });

  test('a daemon whose certificate was revoked is not believed', async () => {
    const crl = await ca.revoke('localhost');
    const uri = tlsUri(await ca.pkipath('crl', { ca, name: 'known' }, crl));
    await expect(connect({ uri })).rejects.toMatchObject({
      code: 'SERVER_CERTIFICATE_REJECTED',
      message: expect.stringContaining('the certificate of localhost was revoked'),
    });
  });

  test('files that are not there are named, and so is a priority that Node cannot honour', async () => {
    await expect(connect({ uri: tlsUri('/nowhere') })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('/nowhere/cacert.pem'),
    });
    await expect(connect({ uri: tlsUri('/nowhere', '&tls_priority=SECURE256') })).rejects.toMatchObject({
      code: 'INVALID_URI',
      message: expect.stringContaining("tls_priority 'SECURE256'"),
    });
  });

  test('a daemon that comes back is found again, by TLS', async () => {
    await comesBack(tlsUri(await ca.pkipath('again', { ca, name: 'known' })), daemon);
  });

  test("a program of one's own reaches the daemon, and says why it does not", async () => {
    const program = join(daemon.folder, 'reach');
    await writeFile(program, `#!/bin/sh\nexec nc -U ${daemon.socketPath}\n`);
    await chmod(program, 0o755);
    await sameAsVirsh(`test+ext:///default?command=${program}`);
    await writeFile(program, '#!/bin/sh\necho the bridge is down >&2\nexit 3\n');
    await expect(connect({ uri: `test+ext:///default?command=${program}` })).rejects.toMatchObject({
      phase: 'authentication',
      message: expect.stringContaining('reach ended with 3: the bridge is down'),
    });
    await expect(connect({ uri: 'test+ext:///default?command=/nowhere/at/all' })).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      message: expect.stringContaining('/nowhere/at/all cannot be started'),
    });
  });

  test('each phase that fails is told', async () => {
    const gone = await freePort();
    await expect(connect({ uri: `test+tcp://127.0.0.1:${gone}/default` })).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      phase: 'connect',
    });
    await expect(connect({ uri: 'test+tcp://no-such-host.invalid/default' })).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      phase: 'resolve',
    });
    const pki = await ca.pkipath('phases', { ca, name: 'known' });
    const tryAt = (port: number, options = {}) =>
      connect({ uri: `test+tls://localhost:${port}/default?pkipath=${pki}`, ...options });

    const silent = createTcpServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const silentPort = (silent.address() as AddressInfo).port;
    await expect(tryAt(silentPort, { connectDeadlineMs: 100 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      phase: 'TLS handshake',
    });
    silent.close();

    const leaving = createTcpServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(leaving, 'listening');
    await expect(tryAt((leaving.address() as AddressInfo).port)).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      phase: 'TLS handshake',
    });
    leaving.close();

    const identity = { cert: await readFile(ca.file('localhost.pem')), key: await readFile(ca.file('localhost.key')) };
    const refusing = createTlsServer(identity, (socket) => socket.end(Buffer.from([0]))).listen(0, '127.0.0.1');
    await once(refusing, 'listening');
    await expect(tryAt((refusing.address() as AddressInfo).port)).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      phase: 'certificate acceptance',
      message: expect.stringContaining('the byte 0'),
    });
    refusing.close();
  });
});

import { expect, test } from 'vitest';
import { isLibvirtError } from '../errors.ts';
import { isSession, parseUri, withoutUser } from './uri.ts';

test('local URIs', () => {
  expect(parseUri('qemu:///system')).toEqual({
    driver: 'qemu',
    transport: 'unix',
    host: '',
    port: undefined,
    user: undefined,
    path: '/system',
    parameters: {},
    name: 'qemu:///system',
  });
  expect(parseUri('qemu+unix:///session?socket=/tmp/s%20x')).toMatchObject({
    parameters: { socket: '/tmp/s x' },
    name: 'qemu:///session',
  });
  expect(parseUri('test:///default').name).toBe('test:///default');
  expect(parseUri('test:///some/file.xml').path).toBe('/some/file.xml');
});

test('remote URIs in full', () => {
  const uri = parseUri(
    'QEMU+SSH://root@host.example:2222/system?keyfile=/k&no_verify=1&mode=direct&proxy=netcat&sshauth=agent,privkey' +
      '&netcat=/bin/nc&known_hosts=/kh&known_hosts_verify=auto&no_tty=0',
  );
  expect(uri).toEqual({
    driver: 'qemu',
    transport: 'ssh',
    host: 'host.example',
    port: 2222,
    user: 'root',
    path: '/system',
    parameters: {
      keyfile: '/k',
      no_verify: true,
      mode: 'direct',
      proxy: 'netcat',
      sshauth: ['agent', 'privkey'],
      netcat: '/bin/nc',
      known_hosts: '/kh',
      known_hosts_verify: 'auto',
      no_tty: false,
    },
    name: 'qemu:///system',
  });
  expect(parseUri('qemu://host/system').transport).toBe('tls');
  expect(parseUri('xen+libssh2://host').transport).toBe('ssh');
  expect(parseUri('qemu+ext:///system?command=/bin/x').parameters.command).toBe('/bin/x');
  expect(parseUri('qemu+tls://h/system?auth=sasl.SCRAM-SHA-256').parameters.auth).toBe('sasl.scram-sha-256');
});

test.each([
  ['qemu+tcp://[::1]:16509/system', '::1', 16_509],
  ['qemu+tls://[fe80::1%25eth0]/system', 'fe80::1%eth0', undefined],
  ['qemu+tls://[::ffff:10.0.0.1]/system', '::ffff:10.0.0.1', undefined],
  ['qemu+tls://10.0.0.1/system', '10.0.0.1', undefined],
])('%s: host and port', (text, host, port) => {
  expect(parseUri(text)).toMatchObject({ host, port });
});

test('what the client does not know goes to the daemon as it was written', () => {
  expect(parseUri('esx+unix:///?auto_answer=1&no_verify=1&x=%20y').name).toBe('esx:///?auto_answer=1&x=%20y');
  expect(parseUri('qemu+tcp://h/system?name=xen:///system&z=1').name).toBe('xen:///system');
  expect(parseUri('remote+ssh://h/').name).toBe('');
});

test.each([
  ['', 'driver+transport://'],
  ['qemu', 'driver+transport://'],
  ['/system', 'driver+transport://'],
  ['qemu:/system', 'driver+transport://'],
  ['qemu://host:99999/', "port '99999' must be from 1 to 65535"],
  ['qemu://host:x/', "port 'x' must be from 1 to 65535"],
  ['qemu://host:/', "port '' must be from 1 to 65535"],
  ['qemu+smoke://host/', "transport 'smoke' must be one of unix, tcp, tls, ssh"],
  ['qemu+constructor://host/', "transport 'constructor' must be one of"],
  ['qemu+unix://host/system', "transport unix goes to no other host, 'host'"],
  ['qemu+ext:///system', 'needs the parameter command'],
  ['qemu+tls://[zz]/', "'[zz]' is no IPv6 address"],
  ['qemu:///system?mode=both', "parameter mode must be one of auto, legacy, direct, not 'both'"],
  ['qemu:///system?proxy=x', 'parameter proxy must be one of auto, netcat, native'],
  ['qemu:///system?no_verify=yes', "parameter no_verify must be 0 or 1, not 'yes'"],
  ['qemu:///system?socket=here', 'parameter socket must be an absolute path'],
  ['qemu:///system?socket=', 'parameter socket has no value'],
  ['qemu:///system?socket=%zz', 'is not well percent-encoded'],
  ['qemu:///system?sshauth=agent,magic', 'parameter sshauth must be one of agent'],
  ['qemu:///system?auth=kerberos', 'parameter auth must be polkit, sasl or sasl.MECHANISM'],
])('%j is refused, and why', (text, reason) => {
  expect(() => parseUri(text)).toThrow(
    expect.objectContaining({ code: 'INVALID_URI', message: expect.stringContaining(reason) }),
  );
});

test('a password in a URI is refused and not repeated', () => {
  try {
    parseUri('qemu+ssh://me:geheim@host/system');
    expect.unreachable();
  } catch (error) {
    expect(isLibvirtError(error, 'INVALID_URI')).toBe(true);
    expect(String(error)).not.toContain('geheim');
  }
  expect(withoutUser('qemu+ssh://me:geheim@host/system')).toBe('qemu+ssh://host/system');
});

test('which URIs mean the daemon of a user', () => {
  const session = (text: string, isRoot: boolean) => isSession(parseUri(text), isRoot);
  expect(session('qemu:///session', true)).toBe(true);
  expect(session('qemu+ssh://h/session', true)).toBe(true);
  expect(session('qemu:///system', false)).toBe(false);
  expect(session('test:///default', false)).toBe(true);
  expect(session('test:///default', true)).toBe(false);
  expect(session('test+tcp://h/default', false)).toBe(false);
});

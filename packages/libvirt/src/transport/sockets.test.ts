import { expect, test } from 'vitest';
import { testEnvironment } from '../testing/test-environment.ts';
import { adminSocket, localSockets, remoteSocket } from './sockets.ts';
import { parseUri } from './uri.ts';

const root = testEnvironment('/', { isRoot: true });
const user = testEnvironment('/');
const sockets = (text: string, environment = root, readonly = false) =>
  localSockets(parseUri(text), readonly, environment);

test('the machine has modular and monolithic daemons, in that order', () => {
  expect(sockets('qemu:///system')).toEqual(['/run/libvirt/virtqemud-sock', '/run/libvirt/libvirt-sock']);
  expect(sockets('qemu:///system?mode=legacy')).toEqual(['/run/libvirt/libvirt-sock']);
  expect(sockets('xen:///system?mode=direct')).toEqual(['/run/libvirt/virtxend-sock']);
  expect(sockets('qemu:///system?mode=legacy', root, true)).toEqual(['/run/libvirt/libvirt-sock-ro']);
  expect(sockets('qemu:///system?socket=/s')).toEqual(['/s']);
});

test('a user has daemons of the same names, without a socket for reading only', () => {
  expect(sockets('qemu:///session', user, true)).toEqual([
    '/run/user/libvirt/virtqemud-sock',
    '/run/user/libvirt/libvirt-sock',
  ]);
  expect(sockets('test:///default?mode=legacy', user)).toEqual(['/run/user/libvirt/libvirt-sock']);
  expect(sockets('qemu:///system?mode=legacy', user)).toEqual(['/run/libvirt/libvirt-sock']);
});

test('without a driver every modular daemon is looked for, then the one for all', () => {
  const found = sockets('remote+unix:///');
  expect(found.slice(0, 2)).toEqual(['/run/libvirt/virtxend-sock', '/run/libvirt/virtqemud-sock']);
  expect(found.at(-1)).toBe('/run/libvirt/libvirt-sock');
});

test('on another machine the socket is taken on trust', () => {
  const remote = (text: string, readonly = false) => remoteSocket(parseUri(text), readonly);
  expect(remote('qemu+ssh://h/system')).toBe('/var/run/libvirt/libvirt-sock');
  expect(remote('qemu+ssh://h/system', true)).toBe('/var/run/libvirt/libvirt-sock-ro');
  expect(remote('qemu+ssh://h/system?mode=direct')).toBe('/var/run/libvirt/virtqemud-sock');
  expect(remote('qemu+ssh://h/session?socket=/s')).toBe('/s');
  expect(() => remote('remote+ssh://h/?mode=direct')).toThrow(expect.objectContaining({ code: 'INVALID_URI' }));
});

test('each daemon has a door for its administrator', () => {
  const admin = (text: string) => adminSocket(parseUri(text), root);
  expect(admin('libvirtd:///system')).toBe('/run/libvirt/libvirt-admin-sock');
  expect(admin('virtqemud:///system')).toBe('/run/libvirt/virtqemud-admin-sock');
  expect(admin('libvirtd:///session')).toBe('/run/user/libvirt/libvirt-admin-sock');
  expect(admin('libvirtd:///system?socket=/s')).toBe('/s');
  for (const text of ['qemu:///system', 'libvirtd+ssh://h/system', 'libvirtd://h/system']) {
    expect(() => admin(text)).toThrow(expect.objectContaining({ code: 'INVALID_URI' }));
  }
});

import { expect, test } from 'vitest';
import { localSocketPaths, parseUri } from './uri.ts';

test('local URIs', () => {
  expect(parseUri('qemu:///system')).toMatchObject({
    driver: 'qemu',
    transport: 'unix',
    host: '',
    path: '/system',
    name: 'qemu:///system',
  });
  expect(parseUri('qemu+unix:///session?socket=/tmp/s%20x')).toMatchObject({
    socket: '/tmp/s x',
    name: 'qemu:///session',
  });
  expect(parseUri('test:///default').name).toBe('test:///default');
  expect(parseUri('test:///some/file.xml').path).toBe('/some/file.xml');
  expect(parseUri('esx://admin@10.0.0.1/?no_verify=1&auto_answer=1').name).toBe('esx:///?auto_answer=1');
});

test('remote URIs are taken apart for the transports to come', () => {
  expect(parseUri('qemu+ssh://root@host.example:2222/system')).toMatchObject({
    transport: 'ssh',
    host: 'host.example',
    port: 2222,
    user: 'root',
  });
  expect(parseUri('qemu://host/system').transport).toBe('tls');
});

test.each(['', 'qemu', '/system', 'qemu:/system', 'qemu://host:99999/'])('%j is refused', (text) => {
  expect(() => parseUri(text)).toThrow(expect.objectContaining({ code: 'INVALID_URI' }));
});

test('sockets where libvirt has them', () => {
  const root = { readonly: false, runtimeFolder: '/run/user/1', isRoot: true };
  expect(localSocketPaths(parseUri('qemu:///system'), root)).toEqual([
    '/run/libvirt/libvirt-sock',
    '/run/libvirt/virtqemud-sock',
  ]);
  expect(localSocketPaths(parseUri('qemu:///system'), { ...root, readonly: true })[0]).toBe(
    '/run/libvirt/libvirt-sock-ro',
  );
  expect(localSocketPaths(parseUri('qemu:///session'), root)[0]).toBe('/run/user/1/libvirt/libvirt-sock');
  expect(localSocketPaths(parseUri('test:///default'), { ...root, isRoot: false })[0]).toBe(
    '/run/user/1/libvirt/libvirt-sock',
  );
  expect(() => localSocketPaths(parseUri('qemu:///session'), { ...root, runtimeFolder: undefined })).toThrow();
});

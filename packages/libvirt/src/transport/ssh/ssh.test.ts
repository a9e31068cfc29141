import { execFileSync } from 'node:child_process';
import { expect, test, vi } from 'vitest';
import { connect } from '../../connection.ts';
import { parseJumps } from './jump.ts';
import { quote } from './remote-end.ts';

test.each(['plain', "it's", 'a b', '$HOME', '`id`', '"', '\\', "'; id; '", '', 'neu\nzeile', 'qemu:///system?a=1&b=2'])(
  '%j is one word for a shell',
  (word) => {
    const shown = execFileSync('sh', ['-c', `printf '[%s]' ${quote(word)} end`]).toString();
    expect(shown).toBe(`[${word}][end]`);
  },
);

test('jump hosts', () => {
  expect(parseJumps(undefined, 'me')).toEqual([]);
  expect(parseJumps('a,you@b:2222,ssh://[::1]:22', 'me')).toEqual([
    { host: 'a', port: 22, user: 'me' },
    { host: 'b', port: 2222, user: 'you' },
    { host: '::1', port: 22, user: 'me' },
  ]);
});

test.each(['', 'a,', 'a:0', 'a:x', '@a', 'a b:1:2'])('%j is no list of jump hosts', (text) => {
  expect(() => parseJumps(text, 'me')).toThrow(expect.objectContaining({ code: 'INVALID_URI' }));
});

test('without the optional package the error tells how to install it', async () => {
  vi.doMock('ssh2', () => {
    throw new Error('not found');
  });
  await expect(connect({ uri: 'qemu+ssh://127.0.0.1/system' })).rejects.toMatchObject({
    code: 'PACKAGE_MISSING',
    message: expect.stringContaining('npm install ssh2@1'),
  });
  vi.doUnmock('ssh2');
});

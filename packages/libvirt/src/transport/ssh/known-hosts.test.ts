import { expect, test } from 'vitest';
import { judgeHostKey, knownHostLine, knownKeyTypes, parseKnownHosts } from './known-hosts.ts';

/** A key's blob: its type, then bytes that differ. */
function key(type: string, seed: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.alloc(32, seed)]);
}

const [ours, theirs, rsa] = [key('ssh-ed25519', 1), key('ssh-ed25519', 2), key('ssh-rsa', 3)];
const line = (hosts: string, what: Buffer, type = 'ssh-ed25519') =>
  `${hosts} ${type} ${what.toString('base64')} comment\n`;
const judge = (text: string, host: string, port = 22, shown = ours) =>
  judgeHostKey(parseKnownHosts(text), host, port, shown);

test('a host is trusted with its key, changed with another, unknown without any', () => {
  const text = `# known\n\n${line('a,b', ours)}${line('a', rsa, 'ssh-rsa')}`;
  expect(judge(text, 'a')).toBe('trusted');
  expect(judge(text, 'A')).toBe('trusted');
  expect(judge(text, 'b')).toBe('trusted');
  expect(judge(text, 'a', 22, rsa)).toBe('trusted');
  expect(judge(text, 'a', 22, theirs)).toBe('changed');
  expect(judge(text, 'b', 22, rsa)).toBe('changed');
  expect(judge(text, 'c')).toBe('unknown');
});

test('another port is another host', () => {
  const text = line('[a]:2222', ours);
  expect(judge(text, 'a', 2222)).toBe('trusted');
  expect(judge(text, 'a')).toBe('unknown');
  expect(judge(line('a', ours), 'a', 2222)).toBe('unknown');
});

test('patterns, and exceptions from them', () => {
  const text = line('*.lab,!bad.lab,h?st', ours);
  expect(judge(text, 'good.lab')).toBe('trusted');
  expect(judge(text, 'bad.lab')).toBe('unknown');
  expect(judge(text, 'host')).toBe('trusted');
  expect(judge(text, 'goodxlab')).toBe('unknown');
  expect(judge(line('*', ours), 'any', 2200)).toBe('trusted');
});

test('a revoked key is refused however it is known besides', () => {
  const text = `${line('a', ours)}@revoked ${line('*', ours)}`;
  expect(judge(text, 'a')).toBe('revoked');
  expect(judge(`@revoked ${line('*', theirs)}`, 'a')).toBe('unknown');
});

test('names can be hashed: as ssh-keygen -H does it, and as we do', () => {
  const hashed = '|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg=';
  expect(judge(line(hashed, ours), '192.168.1.61')).toBe('trusted');
  expect(judge(line(hashed, ours), '192.168.1.62')).toBe('unknown');
  const own = knownHostLine('a', 2222, ours);
  expect(own).not.toContain('a]:2222');
  expect(judge(own, 'a', 2222)).toBe('trusted');
  expect(judge(own, 'a', 2222, theirs)).toBe('changed');
});

test('certificate authorities and lines without a key count for nothing', () => {
  const text = `@cert-authority ${line('*', theirs)}a ssh-ed25519\n`;
  expect(judge(text, 'a')).toBe('unknown');
});

test('known types of key are asked for first', () => {
  const text = `${line('a', rsa, 'ssh-rsa')}${line('b', ours)}`;
  expect(knownKeyTypes(parseKnownHosts(text), 'a', 22)).toEqual(['ssh-rsa']);
});

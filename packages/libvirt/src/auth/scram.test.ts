import { expect, test } from 'vitest';
import { saslPrep } from './sasl-prep.ts';
import { scram } from './scram.ts';

const bytes = (text: string) => Buffer.from(text);

/** The exchanges of RFC 5802 section 5 and RFC 7677 section 3. */
const published = [
  {
    name: 'SCRAM-SHA-1',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
    serverFirst: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    clientFinal: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    serverFinal: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  {
    name: 'SCRAM-SHA-256',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    clientFinal:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
] as const;

test.each(published)('$name: the published exchange', ({ name, nonce, serverFirst, clientFinal, serverFinal }) => {
  const mechanism = scram(name, 'user', 'pencil', nonce);
  expect(mechanism.first.toString()).toBe(`n,,n=user,r=${nonce}`);
  expect(mechanism.step(bytes(serverFirst))?.toString()).toBe(clientFinal);
  expect(mechanism.isDone()).toBe(false);
  expect(mechanism.step(bytes(serverFinal))).toBeUndefined();
  expect(mechanism.isDone()).toBe(true);
});

test.each([
  ['r=other,s=QSXC,i=4096', 'does not answer to our nonce'],
  ['r=nonce,s=QSXC,i=4096', 'does not answer to our nonce'],
  ['r=nonceX,i=4096', 'no salt'],
  ['r=nonceX,s=QSXC,i=12', 'wants 12 rounds'],
  ['r=nonceX,s=QSXC,i=999999999', 'wants 999999999 rounds'],
  ['', 'does not answer to our nonce'],
])('a server that says %j is not believed', (serverFirst, reason) => {
  expect(() => scram('SCRAM-SHA-256', 'user', 'pencil', 'nonce').step(bytes(serverFirst))).toThrow(reason);
});

test('a server that does not know the password is not believed', () => {
  const mechanism = scram('SCRAM-SHA-256', 'user', 'pencil', published[1].nonce);
  mechanism.step(bytes(published[1].serverFirst));
  expect(() => mechanism.step(bytes(`v=${Buffer.alloc(32).toString('base64')}`))).toThrow('does not know the password');
  expect(() => mechanism.step(bytes('e=invalid-proof'))).toThrow('the server refuses: invalid-proof');
  expect(mechanism.isDone()).toBe(false);
});

test('names keep their commas and equals signs', () => {
  expect(scram('SCRAM-SHA-1', 'a=b,c', 'x', 'n').first.toString()).toBe('n,,n=a=3Db=2Cc,r=n');
});

test('the examples of RFC 4013', () => {
  expect(saslPrep('I\u00adX')).toBe('IX');
  expect(saslPrep('user')).toBe('user');
  expect(saslPrep('USER')).toBe('USER');
  expect(saslPrep('\u00aa')).toBe('a');
  expect(saslPrep('\u2168')).toBe('IX');
  expect(saslPrep('a\u00a0b')).toBe('a b');
  expect(() => saslPrep('\u0007')).toThrow('prohibits');
});

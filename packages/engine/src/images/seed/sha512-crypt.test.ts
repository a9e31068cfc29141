import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { sha512Crypt } from './sha512-crypt.ts';

/** OpenSSL's own implementation; the password travels on stdin. */
function openssl(password: string, salt: string): string {
  return execFileSync('openssl', ['passwd', '-6', '-salt', salt, '-stdin'], {
    input: `${password}\n`,
    encoding: 'utf8',
  }).trim();
}

describe('sha512Crypt', () => {
  it('gives the hashes of the specification', () => {
    expect(sha512Crypt('Hello world!', { salt: 'saltstring' })).toBe(
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
    );
    expect(sha512Crypt('Hello world!', { salt: 'saltstringsaltst', rounds: 10_000 })).toBe(
      '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
    );
  });

  it.each(['a', 'correct horse battery staple', '密码与口令', 'x'.repeat(64), 'y'.repeat(65), 'z'.repeat(130)])(
    'agrees with OpenSSL for %j',
    (password) => {
      expect(sha512Crypt(password, { salt: 'Ab./09zZ' })).toBe(openssl(password, 'Ab./09zZ'));
    },
  );

  it('never uses a salt twice', () => {
    expect(sha512Crypt('secret')).not.toBe(sha512Crypt('secret'));
  });

  it('refuses a salt that would break the format', () => {
    expect(() => sha512Crypt('secret', { salt: 'a$b' })).toThrow(RangeError);
  });
});

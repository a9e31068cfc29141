import { createHash, randomInt } from 'node:crypto';

// SHA-crypt with SHA-512 ("$6$"), the password hash of crypt(5). Source: Ulrich Drepper, "Unix crypt using SHA-256 and
// SHA-512", version 0.6; the step numbers below are that text's.

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGEST_BYTES = 64;
const DEFAULT_ROUNDS = 5_000;
const SALT_CHARS = 16;

/**
 * The crypt(5) hash of a password, `$6$salt$hash`. `salt`: 1..16 characters of [./0-9A-Za-z], random by default.
 * `rounds`: 1000..999999999, default 5000. Throws RangeError for others.
 */
export function sha512Crypt(password: string, options: { salt?: string; rounds?: number } = {}): string {
  const salt = options.salt ?? randomSalt();
  const rounds = options.rounds ?? DEFAULT_ROUNDS;
  if (!/^[./0-9A-Za-z]{1,16}$/.test(salt)) throw new RangeError('salt: 1 to 16 characters of ./0-9A-Za-z');
  if (!Number.isInteger(rounds) || rounds < 1_000 || rounds > 999_999_999)
    throw new RangeError('rounds: 1000 to 999999999');
  const key = Buffer.from(password, 'utf8');
  const digest = stretched(key, Buffer.from(salt, 'latin1'), rounds);
  const named = options.rounds === undefined ? '' : `rounds=${rounds}$`;
  return `$6$${named}${salt}$${encoded(digest)}`;
}

function stretched(key: Buffer, salt: Buffer, rounds: number): Buffer {
  let digest = startDigest(key, salt); // 1-12
  const p = repeated(sha512(...Array<Buffer>(key.length).fill(key)), key.length); // 13-16
  const s = repeated(sha512(...Array<Buffer>(16 + (digest[0] ?? 0)).fill(salt)), salt.length); // 17-20
  for (let round = 0; round < rounds; round += 1) {
    const parts = [round % 2 === 1 ? p : digest]; // 21
    if (round % 3 !== 0) parts.push(s);
    if (round % 7 !== 0) parts.push(p);
    parts.push(round % 2 === 1 ? digest : p);
    digest = sha512(...parts);
  }
  return digest;
}

function startDigest(key: Buffer, salt: Buffer): Buffer {
  const b = sha512(key, salt, key); // 4-8
  const parts = [key, salt, repeated(b, key.length)]; // 1-3, 9, 10
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? b : key); // 11
  return sha512(...parts);
}

function sha512(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function repeated(digest: Buffer, length: number): Buffer {
  return Buffer.alloc(length, digest);
}

/** 22: three bytes give four characters, the least significant six bits first; the byte order turns by a third. */
function encoded(digest: Buffer): string {
  let text = '';
  for (let group = 0; group < 21; group += 1) {
    const triple = [group, group + 21, group + 42];
    const turn = group % 3;
    const [a, b, c] = [0, 1, 2].map((index) => digest[triple[(index + turn) % 3] ?? 0] ?? 0);
    text += characters(((a ?? 0) << 16) | ((b ?? 0) << 8) | (c ?? 0), 4);
  }
  return text + characters(digest[DIGEST_BYTES - 1] ?? 0, 2);
}

function characters(value: number, count: number): string {
  return Array.from({ length: count }, (_, index) => ALPHABET[(value >> (6 * index)) & 63]).join('');
}

function randomSalt(): string {
  return Array.from({ length: SALT_CHARS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

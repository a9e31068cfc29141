/**
 * OpenSSH's known_hosts (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): `[@marker] hosts keytype base64key [comment]`. `hosts` is a
 * comma list of names with `*`, `?` and `!`, or `|1|salt|HMAC-SHA1` of one name. A name with another port than 22 is
 * `[name]:port`. Certificates (@cert-authority) are not understood by the SSH package, so these lines count for nothing.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export interface KnownHost {
  readonly hosts: string;
  readonly isRevoked: boolean;
  readonly keyType: string;
  readonly key: Buffer;
}

export type HostKeyVerdict = 'trusted' | 'revoked' | 'changed' | 'unknown';

export function parseKnownHosts(text: string): KnownHost[] {
  const entries: KnownHost[] = [];
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words[0] === '' || words[0]?.startsWith('#')) continue;
    const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
    const [hosts, keyType, key] = words;
    if (marker === '@cert-authority' || hosts === undefined || keyType === undefined || key === undefined) continue;
    entries.push({ hosts, isRevoked: marker === '@revoked', keyType, key: Buffer.from(key, 'base64') });
  }
  return entries;
}

/** What these files say of a key that a host shows. */
export function judgeHostKey(entries: readonly KnownHost[], host: string, port: number, key: Buffer): HostKeyVerdict {
  const name = hostName(host, port);
  const ofHost = entries.filter(({ hosts }) => matches(hosts, name));
  const same = ofHost.filter((entry) => entry.key.equals(key));
  if (same.some(({ isRevoked }) => isRevoked)) return 'revoked';
  if (same.length > 0) return 'trusted';
  return ofHost.some(({ isRevoked }) => !isRevoked) ? 'changed' : 'unknown';
}

/** The types of key under which a host is known: to be asked for first, since a server shows one of several. */
export function knownKeyTypes(entries: readonly KnownHost[], host: string, port: number): string[] {
  const name = hostName(host, port);
  return entries.filter(({ hosts, isRevoked }) => !isRevoked && matches(hosts, name)).map(({ keyType }) => keyType);
}

/** A line for a new key, hashed, so that the file tells nobody which hosts one knows. */
export function knownHostLine(host: string, port: number, key: Buffer): string {
  const salt = randomBytes(20);
  const hash = hmac(salt, hostName(host, port));
  return `|1|${salt.toString('base64')}|${hash.toString('base64')} ${keyTypeOf(key)} ${key.toString('base64')}\n`;
}

/** As `ssh-keygen -l` shows it. */
export function fingerprint(key: Buffer): string {
  const digest = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
  return `${keyTypeOf(key)} SHA256:${digest}`;
}

/** A public key's blob begins with its type: u32 length, text. */
function keyTypeOf(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

function hostName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHash(hosts, name);
  let found = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    if (pattern.startsWith('!') && matchesPattern(pattern.slice(1), name)) return false;
    found ||= matchesPattern(pattern, name);
  }
  return found;
}

function matchesHash(hosts: string, name: string): boolean {
  const [, version, salt = '', hash = ''] = hosts.split('|');
  if (version !== '1') return false;
  const expected = Buffer.from(hash, 'base64');
  const actual = hmac(Buffer.from(salt, 'base64'), name);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function hmac(salt: Buffer, name: string): Buffer {
  return createHmac('sha1', salt).update(name).digest();
}

function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, (sign) => ({ '*': '.*', '?': '.' })[sign] ?? `\\${sign}`);
  return new RegExp(`^${source}$`).test(name);
}

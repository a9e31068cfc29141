/**
 * SCRAM (RFC 5802, 7677): both sides prove that they know the password and neither sends it. Without channel binding ("n,,"),
 * which libvirt's daemon does not offer.
 *
 *     client  n,,n=USER,r=NONCE
 *     server  r=NONCE+THEIRS,s=SALT,i=ROUNDS
 *     client  c=biws,r=NONCE+THEIRS,p=PROOF
 *     server  v=SIGNATURE
 */
import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type { Mechanism } from './mechanism.ts';
import { saslPrep } from './sasl-prep.ts';

const DIGESTS = { 'SCRAM-SHA-512': 'sha512', 'SCRAM-SHA-256': 'sha256', 'SCRAM-SHA-1': 'sha1' } as const;

export type ScramName = keyof typeof DIGESTS;

/** Fewer would make a stolen exchange cheap to try passwords on (RFC 5802 section 5.1); more would hold this process up. */
const MINIMUM_ROUNDS = 4096;
const MAXIMUM_ROUNDS = 2_000_000;

/** `nonce`: printable characters without a comma, new and random for each run. */
export function scram(name: ScramName, authname: string, password: string, nonce: string): Mechanism {
  const digest = DIGESTS[name];
  const user = saslPrep(authname).replaceAll('=', '=3D').replaceAll(',', '=2C');
  const firstBare = `n=${user},r=${nonce}`;
  let signature: Buffer | undefined;
  let isDone = false;

  const prove = (serverFirst: string): Buffer => {
    const { r = '', s = '', i = '' } = attributes(serverFirst);
    const rounds = Number(i);
    if (!r.startsWith(nonce) || r.length === nonce.length) throw new Error('the server does not answer to our nonce');
    if (s === '' || !/^\d+$/.test(i)) throw new Error('the server sends no salt or no number of rounds');
    if (rounds < MINIMUM_ROUNDS || rounds > MAXIMUM_ROUNDS) throw new Error(`the server wants ${rounds} rounds`);
    const hmac = (key: Buffer, text: string) => createHmac(digest, key).update(text).digest();
    const hash = (bytes: Buffer) => createHash(digest).update(bytes).digest();
    const length = hash(Buffer.alloc(0)).length;
    const salted = pbkdf2Sync(saslPrep(password), Buffer.from(s, 'base64'), rounds, length, digest);
    const clientKey = hmac(salted, 'Client Key');
    const withoutProof = `c=biws,r=${r}`;
    const message = `${firstBare},${serverFirst},${withoutProof}`;
    signature = hmac(hmac(salted, 'Server Key'), message);
    const clientSignature = hmac(hash(clientKey), message);
    const proof = clientKey.map((byte, at) => byte ^ clientSignature[at]!);
    return Buffer.from(`${withoutProof},p=${Buffer.from(proof).toString('base64')}`);
  };

  const believe = (serverFinal: string, expected: Buffer): undefined => {
    const { v = '', e } = attributes(serverFinal);
    if (e !== undefined) throw new Error(`the server refuses: ${e}`);
    const shown = Buffer.from(v, 'base64');
    if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) {
      throw new Error('the server does not know the password: it is not the one we meant');
    }
    isDone = true;
  };

  return {
    first: Buffer.from(`n,,${firstBare}`),
    step: (challenge) => {
      const text = challenge.toString('utf8');
      if (signature === undefined) return prove(text);
      return believe(text, signature);
    },
    isDone: () => isDone,
  };
}

function attributes(text: string): Record<string, string> {
  const pairs = text.split(',').map((part): [string, string] => [part.slice(0, 1), part.slice(2)]);
  return Object.fromEntries(pairs);
}

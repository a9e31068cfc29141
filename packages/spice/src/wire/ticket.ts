import { SpiceError } from './error.ts';
import { host } from './host.ts';
import { sha1 } from './sha1.ts';

/**
 * The SPICE ticket: RSAES-OAEP (RFC 8017, 7.1.1; SHA-1, MGF1-SHA-1, empty label) of the password and a NUL, under
 * the server's RSA-1024 key. Written out because WebCrypto is absent on pages served over plain http.
 */
const HASH_BYTES = 20;
const MAX_PASSWORD_BYTES = 60;

/**
 * @param publicKey DER SubjectPublicKeyInfo, as the link reply carries it (162 bytes)
 * @returns one modulus length of bytes (128)
 */
export function encryptTicket(publicKey: Uint8Array, password: string): Uint8Array {
  const secret = new host.TextEncoder().encode(`${password}\0`);
  if (secret.length > MAX_PASSWORD_BYTES + 1) {
    throw new SpiceError('auth', `a SPICE password has at most ${MAX_PASSWORD_BYTES} bytes`);
  }
  const { modulus, exponent, size } = parsePublicKey(publicKey);
  return toBytes(modularPower(toNumber(pad(secret, size)), exponent, modulus), size);
}

function pad(message: Uint8Array, size: number): Uint8Array {
  if (message.length > size - 2 * HASH_BYTES - 2) throw new SpiceError('auth', 'the password is too long for the key');
  const encoded = new Uint8Array(size);
  const seed = encoded.subarray(1, 1 + HASH_BYTES);
  const block = encoded.subarray(1 + HASH_BYTES);
  host.crypto.getRandomValues(seed);
  block.set(sha1(new Uint8Array(0)));
  block[block.length - message.length - 1] = 1;
  block.set(message, block.length - message.length);
  mask(block, seed);
  mask(seed, block);
  return encoded;
}

/** XORs `target` with MGF1(seed). */
function mask(target: Uint8Array, seed: Uint8Array): void {
  const input = new Uint8Array(seed.length + 4);
  input.set(seed);
  for (let at = 0; at < target.length; at += HASH_BYTES) {
    input[seed.length + 3] = at / HASH_BYTES;
    const stream = sha1(input);
    for (let i = 0; i < HASH_BYTES && at + i < target.length; i++) target[at + i]! ^= stream[i]!;
  }
}

/** SubjectPublicKeyInfo ::= SEQUENCE { algorithm, BIT STRING { SEQUENCE { modulus, exponent } } } (RFC 8017, A.1). */
function parsePublicKey(der: Uint8Array): { modulus: bigint; exponent: bigint; size: number } {
  let at = 0;
  const enter = (tag: number): number => {
    if (der[at++] !== tag) throw new SpiceError('malformed', 'the server sent no RSA public key', { offset: at - 1 });
    let length = der[at++] ?? 0;
    if (length & 0x80) {
      let octets = length & 0x7f;
      for (length = 0; octets > 0; octets--) length = length * 256 + (der[at++] ?? 0);
    }
    if (length > der.length - at) throw new SpiceError('truncated', 'the public key is cut short', { offset: at });
    return length;
  };
  const integer = (): Uint8Array => {
    const length = enter(0x02);
    const bytes = der.subarray(at, at + length);
    at += length;
    return bytes;
  };
  enter(0x30);
  const algorithm = enter(0x30); // the protocol allows only RSA
  at += algorithm;
  enter(0x03);
  at++; // no unused bits
  enter(0x30);
  const modulus = toNumber(integer());
  const exponent = toNumber(integer());
  const size = Math.ceil(modulus.toString(16).length / 2);
  if (size < 64 || size > 1024) throw new SpiceError('malformed', `an RSA key of ${size} bytes`);
  return { modulus, exponent, size };
}

function toNumber(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

function toBytes(value: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = size - 1, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

function modularPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let power = base % modulus, rest = exponent; rest > 0n; rest >>= 1n, power = (power * power) % modulus) {
    if (rest & 1n) result = (result * power) % modulus;
  }
  return result;
}

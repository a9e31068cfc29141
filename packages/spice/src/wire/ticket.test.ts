import { constants, createHash, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceError } from './error.ts';
import { sha1 } from './sha1.ts';
import { encryptTicket } from './ticket.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

describe('the ticket', () => {
  it('hashes as every SHA-1 does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (input) => {
        expect(Buffer.from(sha1(input)).toString('hex')).toBe(createHash('sha1').update(input).digest('hex'));
      }),
    );
  });

  it('opens with the private key to the password and a NUL', () => {
    const password = fc.string({ unit: 'grapheme', maxLength: 14 });
    fc.assert(
      fc.property(password, (text) => {
        const ticket = encryptTicket(publicKey, text);
        expect(ticket.length).toBe(128);
        const key = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
        expect(privateDecrypt(key, ticket).toString()).toBe(`${text}\0`);
      }),
      { numRuns: 25 },
    );
  });

  it('refuses a password that servers refuse, and keys cut short', () => {
    expect(() => encryptTicket(publicKey, 'x'.repeat(61))).toThrow(SpiceError);
    for (let length = 0; length < publicKey.length; length += 7) {
      expect(() => encryptTicket(publicKey.subarray(0, length), '')).toThrow(SpiceError);
    }
  });
});

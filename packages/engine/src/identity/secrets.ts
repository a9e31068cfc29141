import { createHash, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** argon2id with the library's parameters, which follow OWASP's advice (19 MiB, 2 passes). */
export const hashPassword = (password: string): Promise<string> => hash(password);
export const verifyPassword = (stored: string, password: string): Promise<boolean> => verify(stored, password);

let decoy: Promise<string> | null = null;
/** Costs what a wrong password costs, so that the time of an answer does not tell which names exist. */
export async function verifyNobody(password: string): Promise<false> {
  decoy ??= hashPassword(randomBytes(16).toString('hex'));
  await verifyPassword(await decoy, password);
  return false;
}

/** 256 random bits; only their SHA-256 is stored. The prefix lets scanners of leaked secrets know it. */
export const newToken = (prefix: string): string => `${prefix}${randomBytes(32).toString('base64url')}`;
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

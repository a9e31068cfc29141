import { randomBytes } from 'node:crypto';
import type { Caller } from '../caller.ts';
import { isLibvirtError, LibvirtError } from '../errors.ts';
import type { Credentials } from './credentials.ts';
import { external, type Mechanism, plain } from './mechanism.ts';
import { type ScramName, scram } from './scram.ts';

export interface SaslOptions {
  /** Of `auth=sasl.MECHANISM`. */
  readonly mechanism: string | undefined;
  /** Whether the way hides what is sent; if not, PLAIN is out of the question. */
  readonly isConfidential: boolean;
  readonly credentials: (mechanism: string) => Promise<Partial<Credentials>>;
  readonly signal: AbortSignal;
}

/** What we can do, the best first. */
const MECHANISMS = ['EXTERNAL', 'SCRAM-SHA-512', 'SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'] as const;

type MechanismName = (typeof MECHANISMS)[number];

/** Authenticates by SASL_INIT, SASL_START and SASL_STEPs. A security layer is not negotiated: TLS or SSH does that better. */
export async function authenticateBySasl(caller: Caller, options: SaslOptions): Promise<void> {
  const { signal } = options;
  const name = chooseMechanism(await listMechanisms(caller, options), options);
  const mechanism = await begin(name, options);
  let reply = await caller.call('authSaslStart', { mech: name, nil: 0, data: mechanism.first }, { signal });
  while (reply.complete === 0) {
    const answer = step(mechanism, name, reply.data);
    const args = { nil: answer === undefined ? 1 : 0, data: answer ?? new Uint8Array() };
    reply = await caller.call('authSaslStep', args, { signal });
  }
  // The last word of the daemon comes with its success.
  if (reply.nil === 0) step(mechanism, name, reply.data);
  if (!mechanism.isDone()) throw failed(name, 'the daemon has not proven that it knows the password');
}

async function listMechanisms(caller: Caller, { isConfidential, signal }: SaslOptions): Promise<string[]> {
  try {
    const { mechlist } = await caller.call('authSaslInit', undefined, { signal });
    return mechlist.split(/[ ,]+/).filter((name) => name !== '');
  } catch (error) {
    // That is how it says that none of its mechanisms encrypts what follows, as it demands over bare TCP.
    if (!isConfidential && isLibvirtError(error, 'AUTH_FAILED')) return [];
    throw error;
  }
}

function chooseMechanism(offered: readonly string[], { mechanism, isConfidential }: SaslOptions): MechanismName {
  const wanted = mechanism?.toUpperCase();
  const ours = MECHANISMS.filter((name) => wanted === undefined || name === wanted);
  const chosen = ours.find((name) => offered.includes(name) && (isConfidential || name !== 'PLAIN'));
  if (chosen) return chosen;
  const theirs = `the daemon offers SASL mechanisms ${offered.join(', ') || '(none)'}`;
  const can = `this client does ${wanted ?? MECHANISMS.join(', ')}`;
  // Over bare TCP a daemon wants an encryption by SASL of 56 bits or more: GSSAPI, DIGEST-MD5.
  const without = isConfidential ? '' : '; without TLS or SSH a daemon wants encryption by SASL, and we send no PLAIN';
  throw new LibvirtError({ code: 'AUTH_UNAVAILABLE', message: `${theirs}; ${can}${without}` });
}

async function begin(name: MechanismName, options: SaslOptions): Promise<Mechanism> {
  const { authname, password } = await options.credentials(name);
  if (name === 'EXTERNAL') return external(authname);
  if (authname === undefined || password === undefined) {
    const missing = authname === undefined ? 'user name' : 'password';
    throw new LibvirtError({
      code: 'AUTH_CANCELLED',
      message: `SASL ${name} needs a ${missing}: give credentials, or write it into auth.conf`,
    });
  }
  try {
    if (name === 'PLAIN') return plain(authname, password);
    return scram(name satisfies ScramName, authname, password, randomBytes(24).toString('base64'));
  } catch (cause) {
    throw failed(name, cause);
  }
}

function step(mechanism: Mechanism, name: string, challenge: Uint8Array): Buffer | undefined {
  try {
    return mechanism.step(Buffer.from(challenge));
  } catch (cause) {
    throw failed(name, cause);
  }
}

function failed(mechanism: string, problem: unknown): LibvirtError {
  const reason = problem instanceof Error ? problem.message : String(problem);
  return new LibvirtError({ code: 'AUTH_FAILED', message: `SASL ${mechanism}: ${reason}` });
}

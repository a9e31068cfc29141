import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ClientEnvironment } from '../../environment.ts';
import { LibvirtError } from '../../errors.ts';
import { readOptionalFile } from '../../optional-file.ts';
import type { ClientParameters } from '../uri-parameters.ts';
import {
  fingerprint,
  type HostKeyVerdict,
  judgeHostKey,
  type KnownHost,
  knownHostLine,
  knownKeyTypes,
  parseKnownHosts,
} from './known-hosts.ts';

/** `normal`: only keys that are known. `auto`: a host never seen is believed and written down. `ignore`: any key. */
export type Verification = 'normal' | 'auto' | 'ignore';

export interface HostKeys {
  readonly verification: Verification;
  /** The user's own comes first; new keys are written to it. */
  readonly files: readonly [string, ...string[]];
  readonly entries: readonly KnownHost[];
}

/** Signature algorithms of host keys; SHA-1 (ssh-rsa) is not among them. */
const ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;

export async function readHostKeys(parameters: ClientParameters, environment: ClientEnvironment): Promise<HostKeys> {
  const { known_hosts, known_hosts_verify, no_verify } = parameters;
  const files: [string, ...string[]] =
    known_hosts === undefined
      ? [join(environment.home, '.ssh/known_hosts'), '/etc/ssh/ssh_known_hosts']
      : [known_hosts];
  const texts = await Promise.all(files.map(readOptionalFile));
  // libvirt's no_verify takes new hosts as they come and still refuses those whose key changed.
  const verification = known_hosts_verify ?? (no_verify ? 'auto' : 'normal');
  return { verification, files, entries: texts.flatMap((text) => parseKnownHosts(text ?? '')) };
}

/** Algorithms to offer: those first for which the host's key is known. */
export function hostKeyAlgorithms({ entries }: HostKeys, host: string, port: number): (typeof ALGORITHMS)[number][] {
  const known = knownKeyTypes(entries, host, port);
  const isKnown = (algorithm: string) => known.includes(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
  return [...ALGORITHMS.filter(isKnown), ...ALGORITHMS.filter((algorithm) => !isKnown(algorithm))];
}

/** Resolves if the host may have this key; rejects with HOST_KEY_REJECTED. */
export async function verifyHostKey(hostKeys: HostKeys, host: string, port: number, key: Buffer): Promise<void> {
  const { verification, files, entries } = hostKeys;
  if (verification === 'ignore') return;
  const verdict = judgeHostKey(entries, host, port, key);
  if (verdict === 'trusted') return;
  if (verdict === 'unknown' && verification === 'auto') {
    await remember(files[0], knownHostLine(host, port, key));
    return;
  }
  const message = `the key of ${host} port ${port}, ${fingerprint(key)}, ${REASONS[verdict]} ${files.join(' or ')}`;
  throw new LibvirtError({ code: 'HOST_KEY_REJECTED', message });
}

async function remember(file: string, line: string): Promise<void> {
  const text = (await readOptionalFile(file)) ?? '';
  const lineEnd = text === '' || text.endsWith('\n') ? '' : '\n';
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await appendFile(file, lineEnd + line, { mode: 0o600 });
}

const REASONS: Readonly<Record<Exclude<HostKeyVerdict, 'trusted'>, string>> = {
  unknown: 'is not in',
  changed: 'is another than that in',
  revoked: 'is revoked in',
};

import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { abortable } from '../../abortable.ts';
import { askFor, type CredentialRequest, type CredentialsCallback } from '../../auth/credentials.ts';
import type { ClientEnvironment } from '../../environment.ts';
import { LibvirtError } from '../../errors.ts';
import { dialTcp } from '../tcp.ts';
import type { Transport } from '../transport.ts';
import type { LibvirtUri } from '../uri.ts';
import { readHostKeys } from './host-keys.ts';
import { parseJumps } from './jump.ts';
import { loadSsh2 } from './package.ts';
import { reachDaemon } from './remote-end.ts';
import { openSession, type SessionTarget } from './session.ts';

export interface SshOptions {
  readonly uri: LibvirtUri;
  readonly readonly: boolean;
  readonly environment: ClientEnvironment;
  readonly credentials: CredentialsCallback | undefined;
  readonly proxyJump: string | undefined;
}

/** SSH to the daemon's machine, through jump hosts if told so, and from there to the daemon's socket. */
export function sshTransport(options: SshOptions): Transport {
  const { uri, environment } = options;
  const user = uri.user ?? environment.user;
  const target = { host: uri.host === '' ? 'localhost' : uri.host, port: uri.port ?? 22, user };
  const jumps = parseJumps(options.proxyJump, user);
  return async (signal, enter) => {
    const clients: Client[] = [];
    const end = () => {
      for (const client of clients.toReversed()) client.destroy();
    };
    try {
      await signInThrough([...jumps, target], clients, options, signal, enter);
      enter('SSH channel');
      const stream = await abortable<Duplex>(signal, end, (resolve, reject) => {
        const last = clients.at(-1)!;
        last.once('close', () => reject(gone(target)));
        reachDaemon(last, uri, options.readonly).then(resolve, reject);
      });
      stream.once('close', end);
      return stream;
    } catch (error) {
      end();
      throw error;
    }
  };
}

/** Signs in at each host, each over a channel of the one before it. */
async function signInThrough(
  hops: readonly SessionTarget[],
  clients: Client[],
  { uri: { parameters }, environment, credentials }: SshOptions,
  signal: AbortSignal,
  enter: Parameters<Transport>[1],
): Promise<void> {
  const ssh2 = await loadSsh2();
  const hostKeys = await readHostKeys(parameters, environment);
  // no_tty: nobody is there to be asked.
  const ask = (request: CredentialRequest) => askFor(parameters.no_tty ? undefined : credentials, request, signal);
  for (const hop of hops) {
    const before = clients.at(-1);
    const stream = before ? await forwardTcp(before, hop, signal) : await dialTcp(hop.host, hop.port, signal, enter);
    enter('SSH sign-in');
    clients.push(await openSession(ssh2, hop, stream, hostKeys, { parameters, environment, ask }, signal));
  }
}

function forwardTcp(client: Client, { host, port }: SessionTarget, signal: AbortSignal): Promise<Duplex> {
  return abortable(
    signal,
    () => client.destroy(),
    (resolve, reject) => {
      client.forwardOut('127.0.0.1', 0, host, port, (cause, channel) => {
        if (!cause) return resolve(channel);
        const message = `the jump host cannot reach ${host} port ${port}: ${cause.message}`;
        reject(new LibvirtError({ code: 'CONNECTION_FAILED', message, cause }));
      });
    },
  );
}

function gone({ host }: SessionTarget): LibvirtError {
  return new LibvirtError({ code: 'CONNECTION_FAILED', message: `${host} closed the SSH connection` });
}

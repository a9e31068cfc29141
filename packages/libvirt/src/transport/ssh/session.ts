import type { Duplex } from 'node:stream';
import type { AnyAuthMethod, AuthenticationType, Client } from 'ssh2';
import { abortable } from '../../abortable.ts';
import { LibvirtError } from '../../errors.ts';
import { type HostKeys, hostKeyAlgorithms, verifyHostKey } from './host-keys.ts';
import type { Ssh2 } from './package.ts';
import { methodOf, type SignIn, waysToSignIn } from './sign-in.ts';

export interface SessionTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

/** Speaks SSH over a byte stream: key exchange, host key, sign-in. The stream is destroyed where that fails. */
export function openSession(
  ssh2: Ssh2,
  target: SessionTarget,
  stream: Duplex,
  hostKeys: HostKeys,
  signIn: Omit<SignIn, 'host' | 'user'>,
  signal: AbortSignal,
): Promise<Client> {
  const { host, port, user } = target;
  const client = new ssh2.Client();
  return abortable<Client>(
    signal,
    () => stream.destroy(),
    (resolve, reject) => {
      const fail = (error: unknown) => {
        reject(error);
        stream.destroy();
      };
      /** What goes wrong in a callback of the user's ends the attempt. */
      const ask: SignIn['ask'] = async (request) => {
        try {
          return await signIn.ask(request);
        } catch (error) {
          fail(error);
          return undefined;
        }
      };
      const ways = waysToSignIn(ssh2, { ...signIn, ask, host, user });
      const tried: string[] = [];
      const refused = () =>
        new LibvirtError({
          code: 'AUTH_FAILED',
          message: `${host} lets ${user} in by none of the ways tried: ${tried.slice(1).join(', ') || 'there were none'}`,
        });
      const next = async (left: AuthenticationType[] | null): Promise<AnyAuthMethod | undefined> => {
        for await (const way of { [Symbol.asyncIterator]: () => ({ next: () => ways.next() }) }) {
          if (left !== null && !left.includes(methodOf(way))) continue;
          tried.push(way.type);
          return way;
        }
        return undefined;
      };
      client.on('error', (cause: Error & { level?: string }) => {
        // An agent without the right key is one way less.
        if (cause.level === 'agent') return;
        fail(new LibvirtError({ code: 'CONNECTION_FAILED', message: `${host} port ${port}: ${cause.message}`, cause }));
      });
      client.once('close', () =>
        reject(new LibvirtError({ code: 'CONNECTION_FAILED', message: `${host} port ${port} closed the connection` })),
      );
      client.once('ready', () => resolve(client));
      client.connect({
        sock: stream,
        username: user,
        // The deadline of the whole attempt is the signal's.
        readyTimeout: 0,
        algorithms: { serverHostKey: hostKeyAlgorithms(hostKeys, host, port) },
        hostVerifier: (key: Buffer, verified: (valid: boolean) => void) => {
          verifyHostKey(hostKeys, host, port, key).then(() => verified(true), fail);
        },
        authHandler: (left, _partial, attempt) => {
          next(left).then((way) => (way ? attempt(way) : fail(refused())), fail);
        },
      });
    },
  );
}

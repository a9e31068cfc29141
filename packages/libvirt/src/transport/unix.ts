import { createConnection } from 'node:net';
import type { Duplex } from 'node:stream';
import { LibvirtError } from '../errors.ts';
import type { Transport } from './transport.ts';

/** The first of these sockets that answers: a monolithic libvirtd and a modular daemon name theirs differently. */
export function unixTransport(paths: readonly string[]): Transport {
  return async (signal) => {
    const causes: unknown[] = [];
    for (const path of paths) {
      try {
        return await dial(path, signal);
      } catch (error) {
        signal.throwIfAborted();
        causes.push(error);
      }
    }
    throw new LibvirtError({
      code: 'CONNECTION_FAILED',
      message: `no libvirt daemon answers at ${paths.join(' or ')}`,
      cause: causes.length === 1 ? causes[0] : new AggregateError(causes),
    });
  };
}

function dial(path: string, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = createConnection({ path });
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      act();
    };
    const onError = (error: Error) => settle(() => reject(error));
    const onAbort = () =>
      settle(() => {
        socket.destroy();
        reject(signal.reason as Error);
      });
    socket.once('error', onError);
    socket.once('connect', () => settle(() => resolve(socket)));
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

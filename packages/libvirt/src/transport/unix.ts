import { LibvirtError } from '../errors.ts';
import { dial } from './dial.ts';
import { LendingSocket } from './lending-socket.ts';
import type { Transport } from './transport.ts';

/** The first of these sockets that answers: a monolithic libvirtd and a modular daemon name theirs differently. */
export function unixTransport(paths: readonly string[]): Transport {
  return async (signal, enter) => {
    enter('connect');
    const causes: unknown[] = [];
    for (const path of paths) {
      try {
        return await dial({ path }, signal, undefined, new LendingSocket());
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

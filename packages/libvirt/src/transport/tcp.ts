import { isIP, type Socket } from 'node:net';
import { LibvirtError } from '../errors.ts';
import { dial } from './dial.ts';
import type { Transport } from './transport.ts';

/** To any address of a host. */
export async function dialTcp(
  host: string,
  port: number,
  signal: AbortSignal,
  enter: Parameters<Transport>[1],
): Promise<Socket> {
  enter(isIP(host) ? 'connect' : 'resolve');
  try {
    return await dial({ host, port }, signal, () => enter('connect'));
  } catch (cause) {
    signal.throwIfAborted();
    throw new LibvirtError({ code: 'CONNECTION_FAILED', message: describe(cause, host, port), cause });
  }
}

function describe(cause: unknown, host: string, port: number): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : String(cause);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the name ${host} has no address (${code})`;
  return `nothing answers at ${host} port ${port} (${code})`;
}

/** Without encryption: for networks of one's own. */
export function tcpTransport(host: string, port: number): Transport {
  return (signal, enter) => dialTcp(host, port, signal, enter);
}

import { DomusError } from '@domus/contract';
import { LibvirtError } from '@domus/libvirt';

const away = new Set<string>([
  'CONNECTION_LOST',
  'CONNECTION_CLOSED',
  'CONNECTION_FAILED',
  'DEADLINE_EXCEEDED',
  'ABORTED',
  'MALFORMED_PACKET',
]);

/** Turns what libvirt says into the words of the port. Everything else passes. */
export function translate(error: unknown, host: string): unknown {
  if (!(error instanceof LibvirtError)) return error;
  if (away.has(error.code)) return new DomusError('HOST_DOWN', { name: host, reason: error.message }, { cause: error });
  return new DomusError(
    'HYPERVISOR_REFUSED',
    { host, procedure: error.procedure ?? '?', reason: error.message },
    { cause: error },
  );
}

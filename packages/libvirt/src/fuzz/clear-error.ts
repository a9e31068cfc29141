import { LibvirtError } from '../errors.ts';

/** What is unclear about an error, if anything: it must tell what went wrong and, where bytes were read, of what and where. */
export function unclear(error: unknown): string | undefined {
  if (!(error instanceof LibvirtError)) return `no LibvirtError but ${String(error)}`;
  if (error.code === undefined || error.message === '') return 'neither code nor message';
  switch (error.code) {
    case 'MALFORMED_PACKET':
      if (!Number.isInteger(error.byteOffset)) return `no offset: ${error.message}`;
      if (error.cause !== undefined && !(error.cause instanceof LibvirtError))
        return `an accident while reading: ${error.message}`;
      return error.procedure !== undefined || /(^|: )(procedure -?\d+ of|frame of)/.test(error.message)
        ? undefined
        : `no procedure: ${error.message}`;
    case 'CONNECTION_LOST':
    case 'CONNECTION_CLOSED':
    case 'ABORTED':
      return undefined;
    case 'VALUE_OUT_OF_RANGE':
    case 'DEADLINE_EXCEEDED':
      return error.procedure === undefined ? `no procedure: ${error.message}` : undefined;
    default:
      // What the daemon says, or how far an attempt to connect came.
      if (error.phase !== undefined || (error.number !== undefined && error.procedure !== undefined)) return undefined;
      return `of nobody: ${error.message}`;
  }
}

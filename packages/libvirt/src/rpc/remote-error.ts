/** virNetMessageError → LibvirtError. */
import { LibvirtError, type ServerErrorCode } from '../errors.ts';
import { ErrorDomain, ErrorLevel, ErrorNumber } from '../generated/enums.ts';
import { readNetMessageError } from '../generated/net.ts';
import type { XdrReader } from '../xdr/reader.ts';

const codes = new Map(Object.entries(ErrorNumber).map(([name, number]) => [number as number, name as ServerErrorCode]));
// An error that says that there is none is none that we know.
codes.delete(ErrorNumber.OK);
const domains = new Map(Object.entries(ErrorDomain).map(([name, number]) => [number as number, name]));

export function readRemoteError(reader: XdrReader, procedure: string): LibvirtError {
  const error = readNetMessageError(reader);
  reader.finish();
  return new LibvirtError({
    code: codes.get(error.code) ?? 'UNKNOWN_ERROR',
    message: error.message ?? `${procedure} failed with error ${error.code}`,
    procedure,
    number: error.code,
    domain: domains.get(error.domain) ?? String(error.domain),
    level: error.level === ErrorLevel.WARNING ? 'warning' : 'error',
  });
}

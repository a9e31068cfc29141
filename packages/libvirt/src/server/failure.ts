import { LibvirtError, type ServerErrorCode } from '../errors.ts';
import { ErrorDomain, ErrorLevel, ErrorNumber } from '../generated/enums.ts';
import { writeNetMessageError } from '../generated/net.ts';
import type { XdrWriter } from '../xdr/writer.ts';

/** What a handler throws to be answered as an error of libvirt. `domain`: the part of libvirt that is said to raise it. */
export class ServerFailure extends LibvirtError {
  constructor(code: ServerErrorCode, message: string, domain: keyof typeof ErrorDomain = 'TEST') {
    super({ code, message, number: ErrorNumber[code], domain });
  }
}

const NOTHING_MORE = { dom: null, str1: null, str2: null, str3: null, int1: 0, int2: 0, net: null };

/** More of an error's text is not sent: it may hold what a client sent, which fills a message by itself. */
const MAX_MESSAGE_CHARACTERS = 16_384;

/** Any error as the payload of a reply or of the end of a stream. */
export function writeFailure(writer: XdrWriter, error: unknown): void {
  const said = error instanceof Error ? error.message : String(error);
  // A character may be cut in two.
  const message = said.length > MAX_MESSAGE_CHARACTERS ? said.slice(0, MAX_MESSAGE_CHARACTERS).toWellFormed() : said;
  writeNetMessageError(writer, {
    code: numberOf(error),
    domain: domainOf(error),
    message,
    level: ErrorLevel.ERROR,
    ...NOTHING_MORE,
  });
}

/** True for what is a bug of whoever wrote the handler, not an answer. */
export function isUnexpected(error: unknown): boolean {
  return numberOf(error) === ErrorNumber.INTERNAL_ERROR && !(error instanceof ServerFailure);
}

function numberOf(error: unknown): number {
  if (!(error instanceof LibvirtError)) return ErrorNumber.INTERNAL_ERROR;
  if (error.number !== undefined) return error.number;
  // Documents of clients are read by the same parser as those of daemons.
  return error.code === 'INVALID_XML' ? ErrorNumber.XML_ERROR : ErrorNumber.INTERNAL_ERROR;
}

function domainOf(error: unknown): number {
  const name = error instanceof LibvirtError ? error.domain : undefined;
  return name !== undefined && name in ErrorDomain ? ErrorDomain[name as keyof typeof ErrorDomain] : ErrorDomain.RPC;
}

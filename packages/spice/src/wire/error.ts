/**
 * Why a session, a channel or a decode ended.
 *
 * - `link`: the peer does not speak SPICE 2, or refused the channel (`detail` holds its link error number)
 * - `auth`: wrong or missing ticket
 * - `truncated`: a message or image ends before its own lengths say so
 * - `malformed`: a field has a value that the protocol does not allow there
 * - `limit`: something asks for more memory than this client grants
 * - `unsupported`: a correct message that this client does not implement
 * - `closed`: the peer or the transport went away
 * - `transport`: the transport could not be opened or broke
 * - `timeout`, `aborted`: a deadline passed or the caller gave up
 */
export type SpiceErrorCode =
  | 'link'
  | 'auth'
  | 'truncated'
  | 'malformed'
  | 'limit'
  | 'unsupported'
  | 'closed'
  | 'transport'
  | 'timeout'
  | 'aborted';

/** Where it happened; offsets are bytes from the start of the message body or of the codec's input. */
export interface SpiceErrorPlace {
  channel?: string;
  messageType?: number;
  offset?: number;
  detail?: number;
  cause?: unknown;
}

/** The only error class that this package throws or rejects with. */
export class SpiceError extends Error {
  readonly code: SpiceErrorCode;
  readonly offset: number | undefined;
  readonly detail: number | undefined;
  channel: string | undefined;
  messageType: number | undefined;

  constructor(code: SpiceErrorCode, message: string, place: SpiceErrorPlace = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.name = 'SpiceError';
    this.code = code;
    this.channel = place.channel;
    this.messageType = place.messageType;
    this.offset = place.offset;
    this.detail = place.detail;
  }

  /** Adds the place that only an outer layer knows; what is set already stays. */
  at(channel: string, messageType?: number): this {
    this.channel ??= channel;
    this.messageType ??= messageType;
    return this;
  }
}

/** Makes a SpiceError of whatever was thrown, keeping it as the cause. */
export function asSpiceError(thrown: unknown, code: SpiceErrorCode): SpiceError {
  if (thrown instanceof SpiceError) return thrown;
  return new SpiceError(code, thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}

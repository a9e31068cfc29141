import { DeadlineSignal } from './deadline-signal.ts';
import { type ConnectPhase, LibvirtError } from './errors.ts';
import { withoutUser } from './transport/uri.ts';

/** How long an attempt to connect may take. */
export interface AttemptOptions {
  /** Ends the attempt to connect; a connection that is up is ended by `close()`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the attempt to connect. Default 15,000. */
  readonly connectDeadlineMs?: number | undefined;
}

/** One attempt to connect to `uri`: whatever ends it comes as an error that tells how far it came. */
export async function attempt<T>(
  uri: string,
  options: AttemptOptions,
  work: (signal: AbortSignal, enter: (phase: ConnectPhase) => void) => Promise<T>,
): Promise<T> {
  const deadlineMs = options.connectDeadlineMs ?? 15_000;
  const deadline = new DeadlineSignal(deadlineMs, options.signal);
  const { signal } = deadline;
  let phase: ConnectPhase = 'connect';
  try {
    signal.throwIfAborted();
    return await work(signal, (next) => {
      phase = next;
    });
  } catch (cause) {
    const fail = (code: LibvirtError['code'], problem: string) =>
      new LibvirtError({
        ...placeOf(cause),
        code,
        message: `${withoutUser(uri)}: ${phase}: ${problem}`,
        phase,
        cause,
      });
    if (deadline.expired) throw fail('DEADLINE_EXCEEDED', `not done in ${deadlineMs} ms`);
    if (options.signal?.aborted) throw fail('ABORTED', 'aborted');
    if (!(cause instanceof LibvirtError)) throw fail('CONNECTION_FAILED', String(cause));
    // What the daemon says stays as it is.
    throw cause.number === undefined ? fail(cause.code, cause.message) : cause;
  } finally {
    deadline.release();
  }
}

/** Where an error arose, for one that stands in its place. */
function placeOf(cause: unknown): Pick<LibvirtError, 'procedure' | 'byteOffset'> | undefined {
  if (!(cause instanceof LibvirtError)) return undefined;
  const { procedure, byteOffset } = cause;
  return { procedure, byteOffset };
}

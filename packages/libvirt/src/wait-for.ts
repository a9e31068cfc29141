import { LibvirtError } from './errors.ts';
import type { CallOptions } from './rpc/pending-call.ts';

/** setTimeout waits no longer than this: 2^31 - 1 ms. */
const LONGEST_MS = 0x7fff_ffff;

/** Waits for an outcome as a call waits for its reply: signal and deadline end the wait, not what is waited for. */
export function waitFor<T>(
  what: string,
  outcome: Promise<T>,
  { signal, deadlineMs }: CallOptions,
  defaultDeadlineMs: number,
): Promise<T> {
  const ms = deadlineMs ?? defaultDeadlineMs;
  return new Promise((resolve, reject) => {
    const fail = (code: LibvirtError['code'], problem: string, cause?: unknown) =>
      settle(() => reject(new LibvirtError({ code, message: `${what}: ${problem}`, cause })));
    const abort = () => fail('ABORTED', 'aborted', signal?.reason);
    const timer = setTimeout(() => fail('DEADLINE_EXCEEDED', `not in ${ms} ms`), Math.min(ms, LONGEST_MS));
    const settle = (how: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      how();
    };
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    outcome.then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
  });
}

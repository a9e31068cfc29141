import { abortable } from './abortable.ts';
import { DeadlineSignal } from './deadline-signal.ts';
import { LibvirtError } from './errors.ts';
import type { CallOptions } from './rpc/pending-call.ts';

/** Waits for an outcome as a call waits for its reply: signal and deadline end the wait, not what is waited for. */
export async function waitFor<T>(
  what: string,
  outcome: Promise<T>,
  options: CallOptions,
  defaultDeadlineMs: number,
): Promise<T> {
  const deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
  const deadline = new DeadlineSignal(deadlineMs, options.signal);
  const { signal } = deadline;
  const nothing = () => undefined;
  try {
    return await abortable<T>(signal, nothing, (resolve, reject) => void outcome.then(resolve, reject));
  } catch (cause) {
    if (!signal.aborted || cause !== signal.reason) throw cause;
    if (!deadline.expired) throw new LibvirtError({ code: 'ABORTED', message: `${what}: aborted`, cause });
    throw new LibvirtError({ code: 'DEADLINE_EXCEEDED', message: `${what}: not in ${deadlineMs} ms`, cause });
  } finally {
    deadline.release();
  }
}

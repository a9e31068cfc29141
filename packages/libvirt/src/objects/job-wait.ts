import { COPY_DEADLINE_MS } from '../deadlines.ts';
import { type CallOptions, PendingWait } from '../rpc/pending-call.ts';
import { type ProgressOptions, reportProgress } from './progress.ts';

/** Signal and deadline (default 6 hours) end the wait, not the job. So does `onProgress` where it throws. */
export interface JobWaitOptions<Progress> extends CallOptions, ProgressOptions<Progress> {}

/** Waits for what a job comes to, and reports meanwhile what `ask` answers. */
export async function waitForJob<T, Progress>(
  name: string,
  outcome: Promise<T>,
  ask: () => Promise<Progress | undefined>,
  options: JobWaitOptions<Progress>,
): Promise<T> {
  options.signal?.throwIfAborted();
  const wait = new PendingWait<T>(name, options, COPY_DEADLINE_MS, () => undefined);
  outcome.then(
    (value) => wait.resolve(value),
    (error) => wait.reject(error),
  );
  const ended = new AbortController();
  reportProgress(ask, options, ended.signal).catch((error) => wait.reject(error));
  try {
    return await wait.promise;
  } finally {
    ended.abort();
  }
}

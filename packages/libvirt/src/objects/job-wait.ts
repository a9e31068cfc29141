import { COPY_DEADLINE_MS } from '../deadlines.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { waitFor } from '../wait-for.ts';
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
  const ended = new AbortController();
  // Rejects first where a report throws.
  const reporting = reportProgress(ask, options, ended.signal).then(() => outcome);
  try {
    return await waitFor(name, Promise.race([outcome, reporting]), options, COPY_DEADLINE_MS);
  } finally {
    ended.abort();
  }
}

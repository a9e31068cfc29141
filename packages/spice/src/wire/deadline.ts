import { SpiceError } from './error.ts';
import { type AbortSignalLike, host } from './host.ts';

/** Gives up waiting, not the work itself. @throws SpiceError timeout | aborted, or what `work` rejects with */
export function deadline<T>(
  work: Promise<T>,
  timeoutMs: number,
  what: string,
  signal?: AbortSignalLike | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new SpiceError('aborted', 'the caller gave up'));
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    const timer = host.setTimeout(() => {
      reject(new SpiceError('timeout', `${what} did not come within ${timeoutMs} ms`));
    }, timeoutMs);
    const settled = (): void => {
      host.clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    work.finally(settled).then(resolve, reject);
  });
}

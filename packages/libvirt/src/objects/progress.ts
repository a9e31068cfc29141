import { setInterval } from 'node:timers/promises';

/** How long work tells how far it is. */
export interface ProgressOptions<Progress> {
  /** Told how far the work is, again and again while it is under way. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Milliseconds between two reports. Default 500. */
  readonly progressIntervalMs?: number | undefined;
}

/** Asks and reports until `until` aborts. What `ask` has no answer to is not reported; rejects with what either throws. */
export async function reportProgress<Progress>(
  ask: () => Promise<Progress | undefined>,
  { onProgress, progressIntervalMs = 500 }: ProgressOptions<Progress>,
  until: AbortSignal,
): Promise<void> {
  if (!onProgress) return;
  try {
    for await (const _ of setInterval(progressIntervalMs, undefined, { signal: until })) {
      const progress = await ask();
      if (until.aborted) return;
      if (progress !== undefined) onProgress(progress);
    }
  } catch (error) {
    if (!until.aborted) throw error;
  }
}

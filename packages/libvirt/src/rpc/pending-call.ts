import { LibvirtError } from '../errors.ts';

export interface CallOptions {
  /** Ends the wait, not the work: libvirt cannot cancel a call; its late reply is discarded. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until DEADLINE_EXCEEDED, the wait for a free slot included. */
  readonly deadlineMs?: number | undefined;
}

/** The caller's side of one wait: settles once, by result, error, signal or deadline, whichever is first. */
export class PendingWait<T> {
  readonly promise: Promise<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort: () => void;
  #settled = false;

  /** `onGivenUp` runs when signal or deadline ended the wait. */
  constructor(procedure: string, options: CallOptions, defaultDeadlineMs: number, onGivenUp: () => void) {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = options.signal;
    const giveUp = (error: LibvirtError) => {
      if (this.#settled) return;
      this.reject(error);
      onGivenUp();
    };
    this.#onAbort = () =>
      giveUp(
        new LibvirtError({ code: 'ABORTED', message: `${procedure}: aborted`, procedure, cause: this.#signal?.reason }),
      );
    const deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
    const expire = () =>
      giveUp(
        new LibvirtError({
          code: 'DEADLINE_EXCEEDED',
          message: `${procedure}: no reply in ${deadlineMs} ms`,
          procedure,
        }),
      );
    this.#timer = setTimeout(expire, Math.min(deadlineMs, 0x7fff_ffff));
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get settled(): boolean {
    return this.#settled;
  }

  resolve(value: T): void {
    if (this.#settle()) this.#resolve(value);
  }

  reject(error: unknown): void {
    if (this.#settle()) this.#reject(error);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }
}

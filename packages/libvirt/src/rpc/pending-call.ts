import { LibvirtError } from '../errors.ts';
import type { Procedure } from './procedure.ts';
import type { StreamSink } from './stream-sink.ts';

/** How long a call may take. */
export interface CallOptions {
  /** Ends the wait, not the work: libvirt cannot cancel a call; its late reply is discarded. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until DEADLINE_EXCEEDED, the wait for a free slot included. */
  readonly deadlineMs?: number | undefined;
}

/** One call until its reply. It settles once: by result, error, signal or deadline, whichever is first. */
export class PendingCall {
  readonly procedure: Procedure<unknown, unknown>;
  readonly args: unknown;
  readonly sink: StreamSink | undefined;
  readonly deadlineMs: number;
  /** By performance.now(). */
  readonly expiresAt: number;
  /** 0 while it waits for a slot. */
  serial = 0;
  readonly promise: Promise<unknown>;
  #resolve!: (ret: unknown) => void;
  #reject!: (error: unknown) => void;
  #signal: AbortSignal | undefined;
  #onAbort: (() => void) | undefined;
  #settled = false;

  constructor(procedure: Procedure<unknown, unknown>, args: unknown, sink: StreamSink | undefined, deadlineMs: number) {
    this.procedure = procedure;
    this.args = args;
    this.sink = sink;
    this.deadlineMs = deadlineMs;
    this.expiresAt = performance.now() + deadlineMs;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** Gives up when the signal aborts; `onGivenUp` runs then, at once where it has aborted already. */
  abortBy(signal: AbortSignal, onGivenUp: () => void): void {
    const abort = () => {
      this.#giveUp('ABORTED', 'aborted', signal.reason);
      onGivenUp();
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    this.#signal = signal;
    this.#onAbort = abort;
  }

  expire(): void {
    this.#giveUp('DEADLINE_EXCEEDED', `no reply in ${this.deadlineMs} ms`);
  }

  resolve(ret: unknown): void {
    if (this.#settle()) this.#resolve(ret);
  }

  reject(error: unknown): void {
    if (this.#settle()) this.#reject(error);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    if (this.#onAbort) this.#signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }

  #giveUp(code: LibvirtError['code'], problem: string, cause?: unknown): void {
    const { name } = this.procedure;
    this.reject(new LibvirtError({ code, message: `${name}: ${problem}`, procedure: name, cause }));
  }
}

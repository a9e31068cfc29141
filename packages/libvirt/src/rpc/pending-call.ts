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

/** Where the outcome of a call goes. */
interface Outcome {
  resolve(ret: unknown): void;
  reject(error: unknown): void;
}

/**
 * One call until its reply. It settles once: by result, error, signal or deadline, whichever is first. A settled call keeps
 * nothing of its result: tables that V8 has outgrown hold calls until its next full collection, and a list is large.
 */
export class PendingCall {
  readonly procedure: Procedure<unknown, unknown>;
  readonly args: unknown;
  readonly sink: StreamSink | undefined;
  readonly deadlineMs: number;
  /** By performance.now(). */
  readonly expiresAt: number;
  /** 0 while it waits for a slot. */
  serial = 0;
  #outcome: Outcome | undefined;
  #signal: AbortSignal | undefined;
  #onAbort: (() => void) | undefined;

  constructor(
    procedure: Procedure<unknown, unknown>,
    args: unknown,
    sink: StreamSink | undefined,
    deadlineMs: number,
    outcome: Outcome,
  ) {
    this.procedure = procedure;
    this.args = args;
    this.sink = sink;
    this.deadlineMs = deadlineMs;
    this.expiresAt = performance.now() + deadlineMs;
    this.#outcome = outcome;
  }

  get settled(): boolean {
    return this.#outcome === undefined;
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
    this.#settle()?.resolve(ret);
  }

  reject(error: unknown): void {
    this.#settle()?.reject(error);
  }

  #settle(): Outcome | undefined {
    const outcome = this.#outcome;
    this.#outcome = undefined;
    if (outcome && this.#onAbort) this.#signal?.removeEventListener('abort', this.#onAbort);
    return outcome;
  }

  #giveUp(code: LibvirtError['code'], problem: string, cause?: unknown): void {
    const { name } = this.procedure;
    this.reject(new LibvirtError({ code, message: `${name}: ${problem}`, procedure: name, cause }));
  }
}

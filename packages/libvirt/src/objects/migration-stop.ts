import type { Caller } from '../caller.ts';
import { COPY_DEADLINE_MS, START_DEADLINE_MS } from '../deadlines.ts';
import { LibvirtError } from '../errors.ts';
import type { CallOptions } from '../rpc/pending-call.ts';

/** When and why a migration shall stop: its signal, its deadline, or the target is out of reach. */
export class MigrationStop {
  readonly #controller = new AbortController();
  readonly #patience = new AbortController();
  readonly #release: (() => void)[] = [];
  #patienceTimer: NodeJS.Timeout | undefined;

  constructor({ signal, deadlineMs = COPY_DEADLINE_MS }: CallOptions, target: Caller) {
    this.#after(deadlineMs, () => this.now('DEADLINE_EXCEEDED', `not done in ${deadlineMs} ms`));
    this.#when(target.ended, (reason) => this.now('CONNECTION_LOST', 'the connection to the target has ended', reason));
    if (signal) this.#when(signal, (reason) => this.now('ABORTED', 'aborted', reason));
  }

  /** Aborts, with a LibvirtError, when the migration shall stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborts when a phase that was to stop has not answered for long: it is not waited for any more. */
  get patience(): AbortSignal {
    return this.#patience.signal;
  }

  get error(): LibvirtError | undefined {
    return this.signal.reason as LibvirtError | undefined;
  }

  now(code: LibvirtError['code'], message: string, cause?: unknown): void {
    if (this.signal.aborted) return;
    this.#controller.abort(new LibvirtError({ code, message: `migration: ${message}`, cause }));
    this.#patienceTimer = this.#after(START_DEADLINE_MS, () => this.#patience.abort(this.error));
  }

  /** What is under way cannot be stopped any more and must be waited for. */
  tooLate(): void {
    clearTimeout(this.#patienceTimer);
  }

  /** Nothing keeps it any more: no timer, no listener. */
  release(): void {
    for (const release of this.#release) release();
  }

  #after(delayMs: number, then: () => void): NodeJS.Timeout {
    const timer = setTimeout(then, Math.min(delayMs, 0x7fff_ffff));
    this.#release.push(() => clearTimeout(timer));
    return timer;
  }

  #when(signal: AbortSignal, then: (reason: unknown) => void): void {
    const listener = () => then(signal.reason);
    if (signal.aborted) listener();
    signal.addEventListener('abort', listener, { once: true });
    this.#release.push(() => signal.removeEventListener('abort', listener));
  }
}

import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { unclear } from './clear-error.ts';

/** Promises that must all settle, and how they did. */
export class Waiters {
  readonly #pending = new Set<string>();
  /** Errors that say too little. */
  readonly problems: string[] = [];
  resolved = 0;
  rejected = 0;

  add(label: string, promise: Promise<unknown>): void {
    const name = `${label} #${this.#pending.size}`;
    this.#pending.add(name);
    promise.then(
      () => {
        this.resolved++;
        this.#pending.delete(name);
      },
      (error: unknown) => {
        this.rejected++;
        this.#pending.delete(name);
        const problem = unclear(error);
        if (problem !== undefined) this.problems.push(`${label}: ${problem}`);
      },
    );
  }

  /** Those that still wait after everything that is under way has had its turn; bounded in turns and, for sockets, in time. */
  async stuck(deadlineMs: number): Promise<string[]> {
    for (let turns = 0; this.#pending.size > 0 && turns < 50; turns++) await turn();
    const until = performance.now() + deadlineMs;
    while (this.#pending.size > 0 && performance.now() < until) await delay(1);
    return [...this.#pending];
  }
}

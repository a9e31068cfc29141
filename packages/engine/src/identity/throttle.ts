import { DomusError } from '@domus/contract';

const FREE = 5;
const MAX_WAIT_MS = 60_000;
const FORGET_MS = 15 * 60_000;
const MAX_KEYS = 10_000;

/**
 * Slows guessing: after five wrong passwords for one name from one address each further one doubles the wait, up to a
 * minute. In memory: a restart forgives, which costs an attacker more than it gives.
 */
export class Throttle {
  readonly #failures = new Map<string, { count: number; until: number; at: number }>();
  readonly #now: () => number;
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Throws TOO_MANY_REQUESTS while the key has to wait. */
  check(key: string): void {
    const entry = this.#failures.get(key);
    const wait = (entry?.until ?? 0) - this.#now();
    if (wait > 0) throw new DomusError('TOO_MANY_REQUESTS', { seconds: Math.ceil(wait / 1000) });
  }

  failed(key: string): void {
    const at = this.#now();
    const old = this.#failures.get(key);
    const count = old && at - old.at < FORGET_MS ? old.count + 1 : 1;
    const wait = count < FREE ? 0 : Math.min(MAX_WAIT_MS, 1000 * 2 ** (count - FREE));
    this.#failures.delete(key);
    this.#failures.set(key, { count, until: at + wait, at });
    const oldest = this.#failures.keys().next().value;
    if (this.#failures.size > MAX_KEYS && oldest !== undefined) this.#failures.delete(oldest);
  }

  succeeded(key: string): void {
    this.#failures.delete(key);
  }
}

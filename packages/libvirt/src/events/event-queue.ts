/** In place of events that were dropped because nobody took them in time: what is known is out of date. */
export interface OverflowNotice {
  /** No event is called so. */
  readonly kind: 'overflow';
  /** How many events are missing here. */
  readonly lost: number;
}

/** Events that may wait are bounded in bytes too: a daemon may send large ones. */
const CAPACITY_BYTES = 16 * 1024 * 1024;

/** About what a value holds in memory: its texts, which alone can be large. */
export function weighBytes(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, part) => sum + weighBytes(part), 0);
}

/**
 * A bounded queue between the connection's reader, which must never wait, and one consumer. When it is full the newest
 * events are dropped and counted, and the consumer is told at the place where they are missing.
 */
export class EventQueue<T> implements AsyncIterable<T | OverflowNotice> {
  readonly #capacity: number;
  /** Runs once, when the queue takes no more. */
  readonly #onClose: () => void;
  readonly #items: { readonly item: T | OverflowNotice; readonly bytes: number }[] = [];
  #bytes = 0;
  #lost = 0;
  #closed = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(capacity: number, onClose: () => void) {
    this.#capacity = capacity;
    this.#onClose = onClose;
  }

  /** `bytes`: what the item holds in memory, where that can be much. */
  push(item: T, bytes = 0): void {
    if (this.#closed) return;
    const isFull = this.#items.length >= this.#capacity || this.#bytes + bytes > CAPACITY_BYTES;
    // One item always finds room: else its loss could not be told.
    if (isFull && this.#items.length > 0) {
      this.#lost++;
      return;
    }
    this.#items.push({ item, bytes });
    this.#bytes += bytes;
    this.#awake();
  }

  /** Counts items that were lost on the way here. */
  lose(count: number): void {
    this.#lost += count;
    if (this.#items.length === 0) this.#noteLoss();
    this.#awake();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#items.length = 0;
    this.#bytes = 0;
    this.#lost = 0;
  }

  /** Waiting and later `next()` calls reject with `error` once the queue is empty. */
  fail(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#error = error;
    this.#awake();
    this.#onClose();
  }

  /** Ends the iteration; queued events are dropped. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.clear();
    this.#awake();
    this.#onClose();
  }

  /** The next event, or undefined after `close()`. */
  async next(): Promise<T | OverflowNotice | undefined> {
    for (;;) {
      const first = this.#items.shift();
      if (first) {
        this.#bytes -= first.bytes;
        this.#noteLoss();
        return first.item;
      }
      if (this.#error) throw this.#error;
      if (this.#closed) return undefined;
      await new Promise<void>((resolve) => {
        const others = this.#wake;
        this.#wake = () => {
          others?.();
          resolve();
        };
      });
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T | OverflowNotice, void, void> {
    try {
      for (let item = await this.next(); item !== undefined; item = await this.next()) yield item;
    } finally {
      this.close();
    }
  }

  /** There is room again: what was lost belongs here, behind what was queued before it. */
  #noteLoss(): void {
    if (this.#lost === 0) return;
    this.#items.push({ item: { kind: 'overflow', lost: this.#lost }, bytes: 0 });
    this.#lost = 0;
  }

  #awake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

/** In place of events that were dropped because nobody took them in time: what is known is out of date. */
export interface OverflowNotice {
  readonly kind: 'overflow';
  readonly lost: number;
}

/**
 * A bounded queue between the connection's reader, which must never wait, and one consumer. When it is full the newest
 * events are dropped and counted, and the consumer is told at the place where they are missing.
 */
export class EventQueue<T> implements AsyncIterable<T | OverflowNotice> {
  readonly #capacity: number;
  /** Runs once, when the queue takes no more. */
  readonly #onClose: () => void;
  readonly #items: (T | OverflowNotice)[] = [];
  #lost = 0;
  #closed = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(capacity: number, onClose: () => void) {
    this.#capacity = capacity;
    this.#onClose = onClose;
  }

  push(item: T): void {
    if (this.#closed) return;
    if (this.#items.length >= this.#capacity) {
      this.#lost++;
      return;
    }
    this.#items.push(item);
    this.#awake();
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
    this.#items.length = 0;
    this.#awake();
    this.#onClose();
  }

  /** The next event, or undefined after `close()`. */
  async next(): Promise<T | OverflowNotice | undefined> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) {
        this.#noteLoss();
        return item;
      }
      if (this.#error) throw this.#error;
      if (this.#closed) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
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
    this.#items.push({ kind: 'overflow', lost: this.#lost });
    this.#lost = 0;
  }

  #awake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

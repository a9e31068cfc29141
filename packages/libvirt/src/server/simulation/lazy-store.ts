interface Item {
  /** What identifies it: a UUID, a volume's key. Never changes. */
  readonly key: string;
  readonly name: string;
}

/** How untouched items are made, each anew whenever somebody looks at it. */
export interface Origin<T extends Item> {
  readonly count: number;
  readonly make: (index: number) => T;
  /** The index of the item that was made with this key, or with this name. */
  readonly indexOfKey: (key: string) => number | undefined;
  readonly indexOfName: (name: string) => number | undefined;
}

/** Nothing but what is added. */
export function emptyOrigin<T extends Item>(): Origin<T> {
  return {
    count: 0,
    make: () => {
      throw new RangeError('an empty origin makes nothing');
    },
    indexOfKey: () => undefined,
    indexOfName: () => undefined,
  };
}

/**
 * Many items of which most are never touched: only those that differ from how they are made are kept. Whoever changes an
 * item must `keep` it.
 */
export class LazyStore<T extends Item> implements Iterable<T> {
  readonly #origin: Origin<T>;
  readonly #kept = new Map<string, T>();
  /** Keys of made items that are no more, or that came back as other items. */
  readonly #gone = new Set<string>();

  constructor(origin: Origin<T>) {
    this.#origin = origin;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    const { count, make } = this.#origin;
    for (let index = 0; index < count; index++) {
      const made = make(index);
      if (!this.#kept.has(made.key) && !this.#gone.has(made.key)) yield made;
    }
    yield* this.#kept.values();
  }

  byKey(key: string): T | undefined {
    return this.#kept.get(key) ?? this.#made(this.#origin.indexOfKey(key));
  }

  byName(name: string): T | undefined {
    for (const item of this.#kept.values()) if (item.name === name) return item;
    return this.#made(this.#origin.indexOfName(name));
  }

  keep(item: T): T {
    this.#kept.set(item.key, item);
    return item;
  }

  remove(item: T): void {
    this.#kept.delete(item.key);
    if (this.#origin.indexOfKey(item.key) !== undefined) this.#gone.add(item.key);
  }

  /** How many items are held in memory. */
  get keptCount(): number {
    return this.#kept.size;
  }

  #made(index: number | undefined): T | undefined {
    if (index === undefined) return undefined;
    const made = this.#origin.make(index);
    return this.#kept.has(made.key) || this.#gone.has(made.key) ? undefined : made;
  }
}

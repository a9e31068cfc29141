export interface Order {
  /** Key of the column. */
  key: string;
  direction: 'asc' | 'desc';
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Items in an order; names as people sort them ("vm-2" before "vm-10"). Without an order or a value: as they came. */
export function sorted<T>(
  items: readonly T[],
  order: Order | undefined,
  sortBy: ((item: T) => string | number) | undefined,
): readonly T[] {
  if (order === undefined || sortBy === undefined) return items;
  const sign = order.direction === 'asc' ? 1 : -1;
  return items.toSorted((a, b) => {
    const [x, y] = [sortBy(a), sortBy(b)];
    return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : collator.compare(String(x), String(y)));
  });
}

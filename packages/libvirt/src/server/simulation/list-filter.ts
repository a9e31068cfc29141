/** A flag and whether an item has what it names. */
export type FlagGroup<T> = readonly (readonly [flag: number, fits: (item: T) => boolean])[];

export function fits<T>(item: T, flags: number, groups: readonly FlagGroup<T>[]): boolean {
  return groups.every((group) => {
    const wanted = group.filter(([flag]) => (flags & flag) !== 0);
    return wanted.length === 0 || wanted.some(([, has]) => has(item));
  });
}

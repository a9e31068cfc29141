import { expect, it } from 'vitest';
import { sorted } from './sorted.ts';

it('sorts names as people do, and leaves the items themselves alone', () => {
  const items = [{ name: 'vm-10' }, { name: 'VM-2' }, { name: 'vm-1' }];
  const names = sorted(items, { key: 'name', direction: 'asc' }, ({ name }) => name).map(({ name }) => name);
  expect(names).toEqual(['vm-1', 'VM-2', 'vm-10']);
  expect(items[0]!.name).toBe('vm-10');
});
it('keeps the order that came where none is chosen', () => {
  expect(sorted([3, 1, 2], undefined, undefined)).toEqual([3, 1, 2]);
});

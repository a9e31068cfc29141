import { type StoragePool, text } from '@domus/contract';
import { bytes, orNone } from '../output/humane.ts';
import type { Column } from '../session.ts';
import type { Group } from './group.ts';

const columns: readonly Column<StoragePool>[] = [
  { title: text('NAME', '名称'), cell: ({ name }) => name },
  { title: text('STATE', '状态'), cell: ({ state }) => state },
  { title: text('TYPE', '类型'), cell: ({ type }) => type },
  { title: text('FREE', '可用'), cell: ({ availableBytes }) => bytes(availableBytes) },
  { title: text('CAPACITY', '容量'), cell: ({ capacityBytes }) => bytes(capacityBytes) },
  { title: text('HOST', '主机'), cell: ({ host }) => host.name },
  { title: text('PATH', '路径'), cell: ({ path }) => orNone(path) },
];

export function registerStoragePool(group: Group): void {
  group.list('storage-pool.list', columns);
  group.show('storage-pool.show');
}

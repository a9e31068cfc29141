import { type Flavor, text } from '@domus/contract';
import { mib } from '../output/humane.ts';
import type { Column } from '../session.ts';
import { type Group, wholeNumber } from './group.ts';

const columns: readonly Column<Flavor>[] = [
  { title: text('NAME', '名称'), cell: ({ name }) => name },
  { title: text('CPUS', 'CPU'), cell: ({ vcpus }) => String(vcpus) },
  { title: text('MEMORY', '内存'), cell: ({ memoryMiB }) => mib(memoryMiB) },
  { title: text('DISK', '磁盘'), cell: ({ diskGiB }) => `${diskGiB} GiB` },
];

interface CreateOptions {
  name: string;
  vcpus: number;
  memory: number;
  disk: number;
}

export function registerFlavor(group: Group): void {
  group.list('flavor.list', columns);
  group
    .verb<CreateOptions>('create', 'Make a flavor', async (session, _, { name, vcpus, memory, disk }) => {
      const body = { name, vcpus, memoryMiB: memory, diskGiB: disk };
      await session.printOne(await session.engine.client.call('flavor.create', { body }, session.signal));
    })
    .requiredOption('--name <name>', 'how it is called')
    .requiredOption('--vcpus <count>', 'virtual CPUs', wholeNumber)
    .requiredOption('--memory <MiB>', 'memory', wholeNumber)
    .requiredOption('--disk <GiB>', 'disk', wholeNumber);
  group.delete('flavor.delete');
}

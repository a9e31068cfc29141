import { text, type Volume } from '@domus/contract';
import { report } from '../operations/follow.ts';
import { ago, bytes, orNone } from '../output/humane.ts';
import type { Column } from '../session.ts';
import { defined } from './defined.ts';
import { type Group, type Wait, wholeNumber, withWait } from './group.ts';

const columns: readonly Column<Volume>[] = [
  { title: text('NAME', '名称'), cell: ({ name }) => name },
  { title: text('STATE', '状态'), cell: ({ state }) => state },
  { title: text('SIZE', '大小'), cell: ({ capacityBytes }) => bytes(capacityBytes) },
  { title: text('ROLE', '用途'), cell: ({ role }) => role },
  { title: text('VM', '虚拟机'), cell: ({ vm }) => orNone(vm?.name) },
  { title: text('STORAGE POOL', '存储池'), cell: ({ storagePool }) => storagePool.name },
  { title: text('CREATED', '创建时间'), cell: ({ createdAt }, language) => ago(createdAt, language) },
];

interface CreateOptions extends Wait {
  name: string;
  size: number;
  storagePool?: string;
  project?: string;
}

export function registerVolume(group: Group): void {
  group
    .list<Volume, { project?: string; vm?: string }>('volume.list', columns, {
      query: ({ project, vm }) => ({ project, vm }),
    })
    .option('--project <name>', 'only of this project')
    .option('--vm <name>', 'only of this VM');
  group.show('volume.show');
  const create = group
    .verb<CreateOptions>(
      'create',
      'Make an empty volume',
      async (session, _, { name, size, storagePool, project, wait }) => {
        const body = { name, sizeGiB: size, ...defined({ storagePool, project }) };
        await report(
          session,
          await session.engine.client.call('volume.create', { body }, session.signal),
          wait === true,
        );
      },
    )
    .requiredOption('--name <name>', 'how it is called')
    .requiredOption('--size <GiB>', 'how large', wholeNumber)
    .option('--storage-pool <name>', 'where; default: the default storage pool')
    .option('--project <name>', 'whose; default: the project "default"');
  withWait(create);
  group
    .start<Wait & { vm: string }>('attach <name>', 'volume.attach', ({ vm }) => ({ vm }))
    .requiredOption('--vm <name>', 'to which VM');
  group.start('detach <name>', 'volume.detach');
  group.delete('volume.delete');
}

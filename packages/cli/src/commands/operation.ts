import { type Operation, OperationState, text } from '@domus/contract';
import { Option } from 'commander';
import { report } from '../operations/follow.ts';
import { ago } from '../output/humane.ts';
import type { Column } from '../session.ts';
import { defined } from './defined.ts';
import { type Group, wholeNumber } from './group.ts';

const columns: readonly Column<Operation>[] = [
  { title: text('ID', 'ID'), cell: ({ id }) => id },
  { title: text('KIND', '类型'), cell: ({ kind }) => kind },
  { title: text('ON', '对象'), cell: ({ resource }) => resource.name },
  { title: text('STATE', '状态'), cell: ({ state }) => state },
  { title: text('DONE', '进度'), cell: ({ progress }) => `${Math.floor(progress * 100)} %` },
  { title: text('BY', '发起人'), cell: ({ createdBy }) => createdBy },
  { title: text('STARTED', '开始时间'), cell: ({ createdAt }, language) => ago(createdAt, language) },
];

interface ListOptions {
  state?: string;
  resource?: string;
  limit?: number;
}

export function registerOperation(group: Group): void {
  group
    .list<Operation, ListOptions>('operation.list', columns, {
      query: ({ state, resource, limit }) => defined({ state, resourceId: resource, limit }),
    })
    .addOption(new Option('--state <state>', 'only in this state').choices(OperationState.options))
    .option('--resource <id>', 'only on the resource with this id')
    .option('--limit <count>', 'at most so many, newest first', wholeNumber);
  group.show('operation.show', 'show <id>');
  group.verb('wait <id>', 'Wait for an operation; ends with 1 where it failed', async (session, [id]) => {
    const operation = await session.engine.client.call('operation.show', { params: { id: id! } }, session.signal);
    await report(session, operation, true);
  });
  group.verb('cancel <id>', 'Ask an operation to stop and undo its work', async (session, [id]) => {
    await session.printOne(
      await session.engine.client.call('operation.cancel', { params: { id: id! } }, session.signal),
    );
  });
}

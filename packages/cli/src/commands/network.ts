import { type Network, text } from '@domus/contract';
import { Option } from 'commander';
import { report } from '../operations/follow.ts';
import { orNone, yesNo } from '../output/humane.ts';
import type { Column } from '../session.ts';
import { type Group, type Wait, withWait } from './group.ts';

const columns: readonly Column<Network>[] = [
  { title: text('NAME', '名称'), cell: ({ name }) => name },
  { title: text('STATE', '状态'), cell: ({ state }) => state },
  { title: text('MODE', '模式'), cell: ({ mode }) => mode },
  { title: text('ADDRESSES', '地址段'), cell: ({ cidr }) => orNone(cidr) },
  { title: text('BRIDGE', '网桥'), cell: ({ bridge }) => orNone(bridge) },
  { title: text('HOST', '主机'), cell: ({ host }) => host.name },
  { title: text('DEFAULT', '默认'), cell: (network, language) => yesNo(network.default, language) },
];

interface CreateOptions extends Wait {
  name: string;
  mode: 'nat' | 'isolated';
  cidr: string;
}

export function registerNetwork(group: Group): void {
  group.list('network.list', columns);
  group.show('network.show');
  const create = group
    .verb<CreateOptions>('create', 'Make a NAT or isolated network', async (session, _, { name, mode, cidr, wait }) => {
      const body = { name, mode, cidr };
      await report(
        session,
        await session.engine.client.call('network.create', { body }, session.signal),
        wait === true,
      );
    })
    .requiredOption('--name <name>', 'how it is called')
    .addOption(new Option('--mode <mode>', 'nat reaches the outside').choices(['nat', 'isolated']).default('nat'))
    .requiredOption('--cidr <addresses>', 'private IPv4 addresses, e.g. 10.10.0.0/24');
  withWait(create);
  group.delete('network.delete');
}

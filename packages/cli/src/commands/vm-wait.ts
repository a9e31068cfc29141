import { text, type Vm } from '@domus/contract';
import { Option } from 'commander';
import { CommandFailed } from '../errors.ts';
import { watch } from '../operations/watch.ts';
import { type Group, wholeNumber } from './group.ts';

const goals = {
  running: ({ state }: Vm) => state === 'running',
  stopped: ({ state }: Vm) => state === 'stopped',
  address: ({ addresses }: Vm) => addresses.some(({ ip }) => !ip.startsWith('fe80:')),
  agent: ({ agentConnected }: Vm) => agentConnected,
} as const satisfies Record<string, (vm: Vm) => boolean>;
type Goal = keyof typeof goals;

/** States from which a goal is not reached any more without somebody's act. */
const hopeless: Readonly<Record<Goal, readonly Vm['state'][]>> = {
  running: ['failed', 'deleting'],
  stopped: ['failed', 'deleting'],
  address: ['failed', 'deleting', 'crashed'],
  agent: ['failed', 'deleting', 'crashed'],
};

export function registerVmWait(group: Group): void {
  group
    .verb<{ for: Goal; timeout: number }>(
      'wait <name>',
      'Wait until a VM is running or stopped, has an address, or its guest agent answers',
      async (session, [id], options) => {
        const { engine, signal } = session;
        const deadline = AbortSignal.timeout(options.timeout * 1000);
        const both = AbortSignal.any([signal, deadline]);
        const first = await engine.client.call('vm.show', { params: { id: id! } }, both);
        try {
          const vm = await watch(engine, {
            kind: 'vm',
            id: first.id,
            read: (reading) => engine.client.call('vm.show', { params: { id: first.id } }, reading),
            isDone: (seen) => goals[options.for](seen) || hopeless[options.for].includes(seen.state),
            signal: both,
          });
          if (!goals[options.for](vm)) {
            throw new CommandFailed(text(`${vm.name} is ${vm.state}`, `${vm.name} 的状态为 ${vm.state}`));
          }
          if (session.output !== 'table') return await session.printOne(vm);
          session.print(options.for === 'address' ? vm.addresses.map(({ ip }) => ip).join('\n') : vm.state);
        } catch (cause) {
          if (!deadline.aborted || signal.aborted) throw cause;
          const seconds = options.timeout;
          throw new CommandFailed(
            text(
              `${first.name}: no ${options.for} within ${seconds} s`,
              `${first.name}：${seconds} 秒内未达到 ${options.for}`,
            ),
            { cause },
          );
        }
      },
    )
    .addOption(new Option('--for <what>', 'what to wait for').choices(Object.keys(goals)).default('address'))
    .option('--timeout <seconds>', 'how long at most', wholeNumber, 300);
}

import { type Host, text } from '@domus/contract';
import { ago, mib, orNone } from '../output/humane.ts';
import type { Column } from '../session.ts';
import type { Group } from './group.ts';

const columns: readonly Column<Host>[] = [
  { title: text('NAME', '名称'), cell: ({ name }) => name },
  { title: text('STATE', '状态'), cell: ({ state }) => state },
  { title: text('CPUS', 'CPU'), cell: ({ cpu }) => (cpu === null ? orNone(null) : String(cpu.count)) },
  { title: text('RUNS BY', '加速'), cell: ({ cpu }) => orNone(cpu?.virtualisation.accelerator) },
  { title: text('MEMORY', '内存'), cell: ({ memory }) => (memory === null ? orNone(null) : mib(memory.totalMiB)) },
  { title: text('FREE', '可用'), cell: ({ memory }) => (memory === null ? orNone(null) : mib(memory.freeMiB)) },
  { title: text('VMS', '虚拟机'), cell: ({ runningVmCount, vmCount }) => `${runningVmCount}/${vmCount}` },
  { title: text('SEEN', '最近响应'), cell: ({ lastSeenAt }, language) => ago(lastSeenAt, language) },
];

export function registerHost(group: Group): void {
  group.list('host.list', columns);
  group.show('host.show');
}

import { writeFile } from 'node:fs/promises';
import { text, type Vm } from '@domus/contract';
import { UsageError } from '../errors.ts';
import { ago, mib, orNone } from '../output/humane.ts';
import type { Column } from '../session.ts';
import type { Group, Wait } from './group.ts';
import { registerVmConsole } from './vm-console.ts';
import { registerVmCreate } from './vm-create.ts';
import { registerVmExec } from './vm-exec.ts';
import { registerVmWait } from './vm-wait.ts';

const columns: readonly Column<Vm>[] = [
  { title: text('NAME', '名称'), cell: ({ name }) => name },
  { title: text('STATE', '状态'), cell: ({ state }) => state },
  {
    title: text('ADDRESS', '地址'),
    cell: ({ addresses }) => orNone(addresses.find(({ ip }) => !ip.startsWith('fe80:'))?.ip),
  },
  { title: text('IMAGE', '镜像'), cell: ({ image }) => orNone(image?.name) },
  { title: text('CPUS', 'CPU'), cell: ({ vcpus }) => String(vcpus) },
  { title: text('MEMORY', '内存'), cell: ({ memoryMiB }) => mib(memoryMiB) },
  { title: text('RUN BY', '加速'), cell: ({ accelerator }) => accelerator },
  { title: text('HOST', '主机'), cell: ({ host }) => orNone(host?.name) },
  { title: text('CREATED', '创建时间'), cell: ({ createdAt }, language) => ago(createdAt, language) },
];

interface ListOptions {
  project?: string;
  host?: string;
  state?: string;
}

export function registerVm(group: Group): void {
  group
    .list<Vm, ListOptions>('vm.list', columns, { query: ({ project, host, state }) => ({ project, host, state }) })
    .option('--project <name>', 'only of this project')
    .option('--host <name>', 'only on this host')
    .option('--state <state>', 'only in this state, e.g. running');
  group.show('vm.show');
  registerVmCreate(group);
  group.start('start <name>', 'vm.start');
  group.start('stop <name>', 'vm.stop');
  group.start('force-off <name>', 'vm.force-off');
  group.start('restart <name>', 'vm.restart');
  group.start('reset <name>', 'vm.reset');
  group.start('pause <name>', 'vm.pause');
  group.start('resume <name>', 'vm.resume');
  group
    .delete<Wait & { keepVolumes?: true }>('vm.delete', {
      query: ({ keepVolumes }) => (keepVolumes ? { keepVolumes: 'true' } : {}),
    })
    .option('--keep-volumes', 'data volumes stay; root and seed volumes always go with the VM');
  registerVmWait(group);
  registerVmConsole(group);
  registerVmExec(group);
  registerScreenshot(group);
  group.verb('definition <name>', "libvirt's definition (XML), secrets left out", async (session, [id]) => {
    const xml = await session.engine.bytes('vm.definition', { params: { id } }, session.signal);
    session.print(xml.toString().trimEnd());
  });
}

function registerScreenshot(group: Group): void {
  group
    .verb<{ file?: string }>('screenshot <name>', 'The screen now, as PNG', async (session, [id], { file }) => {
      if (file === undefined && session.terminal.stdout.isTTY) {
        throw new UsageError(text('A picture is no text: give a file with -f', '图片不能直接显示：请用 -f 指定文件'));
      }
      const png = await session.engine.bytes('vm.screenshot', { params: { id } }, session.signal);
      if (file === undefined) session.terminal.stdout.write(png);
      else await writeFile(file, png);
    })
    .option('-f, --file <file>', 'write it there; without, to stdout');
}

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type CatalogueEntry, type Image, text } from '@domus/contract';
import { CommandFailed } from '../errors.ts';
import { report } from '../operations/follow.ts';
import { ago, bytes, orNone, yesNo } from '../output/humane.ts';
import type { Column } from '../session.ts';
import { defined } from './defined.ts';
import { type Group, type Wait, withWait } from './group.ts';

const columns: readonly Column<Image>[] = [
  { title: text('NAME', '名称'), cell: ({ name }) => name },
  { title: text('STATE', '状态'), cell: ({ state }) => state },
  { title: text('SYSTEM', '系统'), cell: ({ os }) => orNone(os) },
  { title: text('FORMAT', '格式'), cell: ({ format }) => format },
  { title: text('SIZE', '大小'), cell: ({ sizeBytes }) => bytes(sizeBytes) },
  { title: text('DISK', '磁盘'), cell: ({ virtualSizeBytes }) => bytes(virtualSizeBytes) },
  { title: text('SOURCE', '来源'), cell: ({ source }) => source },
  { title: text('CREATED', '创建时间'), cell: ({ createdAt }, language) => ago(createdAt, language) },
];

const catalogueColumns: readonly Column<CatalogueEntry>[] = [
  { title: text('ENTRY', '条目'), cell: ({ id }) => id },
  { title: text('SYSTEM', '系统'), cell: ({ os }) => os },
  { title: text('BY', '方式'), cell: ({ method }) => method },
  { title: text('DESKTOP', '桌面'), cell: ({ desktop }, language) => yesNo(desktop, language) },
  { title: text('USER', '用户'), cell: ({ defaultUser }) => orNone(defaultUser) },
  { title: text('ARCHITECTURE', '架构'), cell: ({ architecture }) => architecture },
];

export function registerImage(group: Group): void {
  group.list('image.list', columns);
  group.show('image.show');
  group.list('catalogue.list', catalogueColumns, { usage: 'catalogue' });
  registerMake(group, 'add <entry>', 'download', 'Download the published image of a catalogue entry');
  registerMake(
    group,
    'build <entry>',
    'build',
    "Build the image of a catalogue entry from its distribution's packages",
  );
  registerUpload(group);
  group.delete('image.delete');
}

function registerMake(group: Group, usage: string, method: 'download' | 'build', summary: string): void {
  const command = group
    .verb<Wait & { name?: string }>(usage, summary, async (session, [entry], { name, wait }) => {
      const body = { entry: entry!, method, ...defined({ name }) };
      await report(session, await session.engine.client.call('image.create', { body }, session.signal), wait === true);
    })
    .option('--name <name>', 'how the image is called; default: as the entry');
  withWait(command);
}

interface UploadOptions {
  name: string;
  description?: string;
  os?: string;
  defaultUser?: string;
}

function registerUpload(group: Group): void {
  group
    .verb<UploadOptions>('upload <file>', 'Upload a disk image or an ISO', async (session, [file], options) => {
      const size = await sizeOf(file!);
      const query = defined({ ...options });
      const image = await session.engine.upload(
        'image.upload',
        { query },
        createReadStream(file!),
        size,
        session.signal,
      );
      await session.printOne(image as Image);
    })
    .requiredOption('--name <name>', 'how the image is called')
    .option('--description <text>')
    .option('--os <name>', 'what is in it, e.g. "Debian 12"')
    .option('--default-user <name>', 'person that cloud-init makes by itself');
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code;
    throw new CommandFailed(text(`Cannot read ${file}: ${reason}`, `无法读取 ${file}：${reason}`), { cause });
  }
}

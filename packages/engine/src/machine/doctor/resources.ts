import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { text } from '@domus/contract';
import { fileExists, readSmallFile } from '../files.ts';
import { type Check, check, fail, ok, warn } from './check.ts';

const bytesPerGiB = 1024 ** 3;
const kibPerGiB = 1024 ** 2;
const gib = (value: number) => `${value.toFixed(1)} GiB`;

export function resourceChecks(dataDir: string): Check[] {
  return [memoryCheck(), diskCheck(dataDir), hugePagesCheck(), ksmCheck(), clockCheck()];
}

/** A field of /proc/meminfo; its unit is KiB, or pages for HugePages_*. */
function meminfo(field: string): number {
  const match = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readSmallFile('/proc/meminfo') ?? '');
  return Number(match?.[1] ?? 0);
}

function memoryCheck(): Check {
  const title = text('Memory', '内存');
  const total = meminfo('MemTotal') / kibPerGiB;
  const free = meminfo('MemAvailable') / kibPerGiB;
  const detail = text(`${gib(free)} of ${gib(total)} available`, `共 ${gib(total)}，可用 ${gib(free)}`);
  const more = text('Free memory or use small flavors', '释放内存，或使用较小的规格');
  if (total > 0 && free < 0.5) return check('memory', title, fail(detail, more));
  return check('memory', title, free < 2 ? warn(detail, more) : ok(detail));
}

function diskCheck(dataDir: string): Check {
  const title = text('Disk space of the data folder', '数据目录的磁盘空间');
  let folder = dataDir;
  while (!fileExists(folder) && folder !== dirname(folder)) folder = dirname(folder);
  const stat = statfsSync(folder);
  const free = (stat.bavail * stat.bsize) / bytesPerGiB;
  const detail = text(`${gib(free)} free at ${dataDir}`, `${dataDir} 剩余 ${gib(free)}`);
  const remedy = text('Free space, or choose another folder with --data-dir', '释放空间，或用 --data-dir 选择其他目录');
  if (free < 2) return check('disk', title, fail(detail, remedy));
  return check('disk', title, free < 15 ? warn(detail, remedy) : ok(detail));
}

function hugePagesCheck(): Check {
  const pages = meminfo('HugePages_Total');
  const size = meminfo('Hugepagesize') / 1024;
  const detail =
    pages > 0
      ? text(`${pages} of ${size} MiB`, `${pages} 个，每个 ${size} MiB`)
      : text('None reserved (guests use ordinary pages)', '未预留（虚拟机使用普通页）');
  return check('huge-pages', text('Huge pages', '大页'), ok(detail));
}

function ksmCheck(): Check {
  const title = text('Memory merging (KSM)', '内存合并（KSM）');
  const run = readSmallFile('/sys/kernel/mm/ksm/run');
  if (run === null) return check('ksm', title, warn(text('This kernel has no KSM', '此内核没有 KSM'), null));
  return check('ksm', title, ok(run === '1' ? text('On', '已开启') : text('Off', '已关闭')));
}

/** Sessions, tickets and certificates live by the clock. The kernel's build date is the one date that is surely past. */
function clockCheck(): Check {
  const title = text('Clock', '时钟');
  const built = Date.parse(
    /\b\w{3} \w{3} +\d+ [\d:]+ \S+ \d{4}$/.exec(readSmallFile('/proc/version') ?? '')?.[0] ?? '',
  );
  const now = new Date();
  const detail = text(now.toISOString(), now.toISOString());
  if (Number.isNaN(built) || now.getTime() >= built) return check('clock', title, ok(detail));
  return check(
    'clock',
    title,
    fail(
      text(`${detail.en}: before this kernel was built`, `${detail.en}：早于此内核的构建时间`),
      text('Set the clock, e.g. with chrony', '校准时钟，例如使用 chrony'),
    ),
  );
}

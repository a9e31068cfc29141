import { type Text, text } from '@domus/contract';

const causes: readonly [RegExp, Text][] = [
  [
    /Could not get lock|Unable to acquire the dpkg|Unable to lock/,
    text(
      'another package manager is at work; try again when it is done',
      '另一个软件包管理器正在运行；请等它完成后重试',
    ),
  ],
  [
    /dpkg was interrupted/,
    text(
      'an earlier installation was cut off; run: dpkg --configure -a',
      '先前的安装被中断；请运行：dpkg --configure -a',
    ),
  ],
  [/No space left on device/, text('the disk is full', '磁盘已满')],
  [
    /password is required|not in the sudoers|a terminal is required/,
    text('sudo did not let us: run the command above yourself', 'sudo 未授权：请自行运行上面的命令'),
  ],
  [
    /Temporary failure resolving|Could not resolve|Network is unreachable|Could not connect|Connection (refused|timed out)|Failed to download metadata|No route to host/,
    text(
      "the distribution's mirror cannot be reached: check network, name resolution and proxy",
      '无法访问发行版镜像站：请检查网络、域名解析和代理设置',
    ),
  ],
  [
    /Unable to locate package|has no installation candidate|No match for argument|Unable to find a match/,
    text('this release lacks one of the packages', '此发行版版本缺少其中的软件包'),
  ],
];

/** Why an installation failed, in a sentence, from what the package manager said. */
export function explainFailure(output: string): Text {
  return causes.find(([sign]) => sign.test(output))?.[1] ?? text('see its last words above', '请查看上面的最后输出');
}

/**
 * Progress of apt's status lines, `dlstatus:1:12.5:Retrieving…` (download) and `pmstatus:pkg:40:Unpacking…`:
 * 0-100 over both halves, null for any other line.
 */
export function aptProgress(line: string): number | null {
  const match = /^(dlstatus|pmstatus):[^:]*(?::(?:amd64|arm64|i386))?:([\d.]+):/.exec(line);
  if (!match) return null;
  const half = Number(match[2]) / 2;
  return Math.floor(match[1] === 'dlstatus' ? half : 50 + half);
}

/** What a log may say of the network: that there was an address, not which. */
export const withoutAddresses = (line: string): string => line.replace(/\b[a-z+]+:\/\/\S+/g, '(address)');

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Text, text } from '@domus/contract';
import { readDistribution } from '../distribution.ts';
import { findProgram } from '../files.ts';
import { engineNeeds, type Need } from '../needs.ts';
import { type Check, check, fail, ok, warn } from './check.ts';

const run = promisify(execFile);

/** The engine's own runtime and every needed program, with the version that it names itself. */
export async function programChecks(needs: readonly Need[] = engineNeeds()): Promise<Check[]> {
  const distribution = readDistribution();
  const node = check('node', text('Node', 'Node'), ok(same(`${process.version} (${process.execPath})`)));
  const system = check('distribution', text('Distribution', '发行版'), ok(same(distribution.name)));
  const programs = needs.map(async (need) => {
    const title = text(`${need.id} (${need.purpose.en})`, `${need.id}（${need.purpose['zh-CN']}）`);
    const found = need.find();
    if (found !== null) return check(`program-${need.id}`, title, ok(same(await versionOf(need.id, found))));
    const packages = need.packages(distribution).join(' ');
    const remedy = text(
      `"domus up" installs it; by hand, package: ${packages}`,
      `“domus up”会安装它；手动安装的软件包：${packages}`,
    );
    const missing = text('Missing', '缺失');
    return check(`program-${need.id}`, title, need.required ? fail(missing, remedy) : warn(missing, remedy));
  });
  return [system, node, ...(await Promise.all(programs))];
}

const same = (words: string): Text => text(words, words);

/** How some programs tell their version; the others' place says enough. */
const versionArguments: Readonly<Record<string, readonly string[]>> = {
  qemu: ['--version'],
  'qemu-img': ['--version'],
  libvirtd: ['--version'],
  virsh: ['--version'],
  xorriso: ['-version'],
  mmdebstrap: ['--version'],
  swtpm: ['--version'],
  dnsmasq: ['--version'],
  iptables: ['--version'],
};

async function versionOf(id: string, found: string): Promise<string> {
  const program = id === 'postgresql' ? `${found}/postgres` : found;
  const given = id === 'postgresql' ? ['--version'] : versionArguments[id];
  if (
    given === undefined ||
    findProgram(program.split('/').at(-1)!, program.slice(0, program.lastIndexOf('/'))) === null
  )
    return found;
  try {
    const { stdout, stderr } = await run(program, [...given], { timeout: 10_000, encoding: 'utf8' });
    const version = /\d+(\.\d+)+/.exec(stdout || stderr)?.[0];
    return version === undefined ? found : `${version} (${found})`;
  } catch (error) {
    return `${found}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  }
}

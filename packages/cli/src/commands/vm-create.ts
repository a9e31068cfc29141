import { readFileSync } from 'node:fs';
import { type Routes, type Sent, text } from '@domus/contract';
import { type Command, Option } from 'commander';
import { CommandFailed, UsageError } from '../errors.ts';
import { report } from '../operations/follow.ts';
import { textOfStdin } from '../prompts.ts';
import type { Session } from '../session.ts';
import { defined } from './defined.ts';
import { type Group, several, type Wait, wholeNumber, withWait } from './group.ts';

interface CreateOptions extends Wait {
  name: string;
  flavor: string;
  image?: string;
  iso?: string;
  disk?: number;
  network?: string;
  host?: string;
  project?: string;
  description?: string;
  user?: string;
  sshKey?: string[];
  passwordStdin?: true;
  accelerator?: 'auto' | 'kvm' | 'qemu';
  firmware?: 'bios' | 'efi';
  start: boolean;
}
type Body = Sent<Routes['vm.create']>['body'];

export function registerVmCreate(group: Group): Command {
  const command = group
    .verb<CreateOptions>('create', 'Make a VM', async (session, _, options) => {
      const body = await bodyOf(session, options);
      const operation = await session.engine.client.call('vm.create', { body }, session.signal);
      await report(session, operation, options.wait === true);
    })
    .requiredOption('--name <name>', 'how it is called, 1-63 letters, digits, ".", "-" or "_"')
    .requiredOption('--flavor <name>', 'its size (domus flavor list)')
    .option('--image <name>', 'disk image to start from (domus image list)')
    .option('--iso <name>', 'installation medium, booted first')
    .option('--disk <GiB>', "size of its disk; default: the flavor's, or the image's where that is larger", wholeNumber)
    .option('--network <name>', 'default: the default network of the host')
    .option('--host <name>', 'where it is to run; default: chosen')
    .option('--project <name>', 'default: the project "default"')
    .option('--description <text>')
    .option('--user <name>', 'person made inside the guest by cloud-init')
    .option('--ssh-key <file or key>', 'public key of that person; may be given several times', several)
    .option('--password-stdin', 'password of that person, the first line of stdin')
    .addOption(new Option('--accelerator <which>', 'auto: kvm where it is usable').choices(['auto', 'kvm', 'qemu']))
    .addOption(new Option('--firmware <which>', 'default: bios').choices(['bios', 'efi']))
    .option('--no-start', 'only define it');
  return withWait(command);
}

async function bodyOf(session: Session, options: CreateOptions): Promise<Body> {
  const { name, flavor, image, iso, disk, network, host, project, description, accelerator, firmware, start } = options;
  const given = { image, iso, diskGiB: disk, network, host, project, description, accelerator, firmware };
  const guestUser = await guestUserOf(session, options);
  return { name, flavor, start, ...defined(given), ...(guestUser === undefined ? {} : { guestUser }) };
}

async function guestUserOf(
  session: Session,
  { user, sshKey = [], passwordStdin }: CreateOptions,
): Promise<Body['guestUser']> {
  if (user === undefined) {
    if (sshKey.length === 0 && passwordStdin === undefined) return undefined;
    throw new UsageError(
      text('--ssh-key and --password-stdin need --user', '--ssh-key 和 --password-stdin 需要 --user'),
    );
  }
  const sshKeys = sshKey.flatMap(readKeys);
  if (passwordStdin === undefined) return { name: user, sshKeys };
  const password = (await textOfStdin(session)).split(/\r?\n/)[0]!;
  return { name: user, sshKeys, password };
}

/** A key itself, a file of public keys, or a private key's file that has its public half beside it. */
export function readKeys(given: string): string[] {
  if (/^(ssh-|ecdsa-|sk-)\S+ \S+/.test(given)) return [given];
  const content = readKeyFile(given);
  const lines = (content.includes('PRIVATE KEY') ? readKeyFile(`${given}.pub`) : content).split(/\r?\n/);
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code;
    throw new CommandFailed(text(`Cannot read the key ${file}: ${reason}`, `无法读取密钥 ${file}：${reason}`), {
      cause,
    });
  }
}

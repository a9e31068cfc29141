import { keysOf, type VmCreateValues } from './vm-create-values.ts';

/** Names of what the values refer to by id. */
export interface ChosenNames {
  image: string;
  isIso: boolean;
  flavor: string;
  network: string;
  host: string;
}

/** A word for a POSIX shell. */
const quoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** The command that does the same; a password is asked for on stdin and never shown. */
export function cliCommand(values: VmCreateValues, names: ChosenNames): string {
  const words = ['domus', 'vm', 'create', '--name', values.name, '--flavor', names.flavor];
  const option = (flag: string, value: string) => {
    if (value !== '') words.push(flag, value);
  };
  option(names.isIso ? '--iso' : '--image', names.image);
  option('--disk', values.diskGiB);
  option('--network', names.network);
  option('--host', names.host);
  if (values.project !== 'default') option('--project', values.project);
  option('--description', values.description);
  if (!names.isIso && values.user !== '') {
    option('--user', values.user);
    for (const key of keysOf(values.sshKeys)) option('--ssh-key', key);
    if (values.password !== '') words.push('--password-stdin');
  }
  if (values.accelerator !== 'auto') option('--accelerator', values.accelerator);
  if (values.firmware !== 'bios') option('--firmware', values.firmware);
  if (!values.start) words.push('--no-start');
  return words.map(quoted).join(' ');
}

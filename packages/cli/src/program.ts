import { Command, Option } from 'commander';
import { registerAccount } from './commands/account.ts';
import { registerCompletion } from './commands/completion.ts';
import { registerEvent } from './commands/event.ts';
import { registerFlavor } from './commands/flavor.ts';
import { Group } from './commands/group.ts';
import { registerHost } from './commands/host.ts';
import { registerAudit, registerProject, registerToken, registerUser } from './commands/identity.ts';
import { registerImage } from './commands/image.ts';
import { registerNetwork } from './commands/network.ts';
import { registerOperation } from './commands/operation.ts';
import { registerStoragePool } from './commands/storage-pool.ts';
import { registerSetup, registerSystem } from './commands/system.ts';
import { registerVm } from './commands/vm.ts';
import { registerVolume } from './commands/volume.ts';
import type { Session } from './session.ts';
import type { Terminal } from './terminal.ts';

const groups = [
  ['vm', 'Virtual machines', registerVm],
  ['image', 'Images that VMs start from', registerImage],
  ['volume', 'Disks', registerVolume],
  ['network', 'Networks', registerNetwork],
  ['storage-pool', 'Where volumes and images are kept', registerStoragePool],
  ['host', 'Machines that run VMs', registerHost],
  ['flavor', 'Sizes of VMs', registerFlavor],
  ['operation', 'Work that takes long', registerOperation],
  ['event', 'Changes as they happen', registerEvent],
  ['user', 'People', registerUser],
  ['project', 'Tenants', registerProject],
  ['token', 'My API tokens', registerToken],
  ['audit', 'Who changed what', registerAudit],
  ['system', 'The engine', registerSystem],
  ['setup', 'The first administrator', registerSetup],
] as const;

/** The whole command line. `begin` is called once, by the command that is carried out. */
export function buildProgram(terminal: Terminal, begin: (command: Command) => Session): Command {
  const program = new Command('domus')
    .description(
      'Virtual machines and desktops on your own machines.\nBeside these: domus up, down, status, doctor, test.',
    )
    .exitOverride()
    .configureOutput({
      writeOut: (words) => terminal.stdout.write(words),
      writeErr: (words) => terminal.stderr.write(words),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      getOutHelpWidth: () => terminal.stdout.columns ?? 100,
      getErrHelpWidth: () => terminal.stderr.columns ?? 100,
    })
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['table', 'json', 'yaml']).default('table'))
    .option('--data-dir <folder>', 'speak to the engine of this data folder (DOMUS_DATA_DIR)')
    .option('--url <address>', 'speak to an engine elsewhere (DOMUS_URL, DOMUS_TOKEN)');
  for (const [name, summary, register] of groups) register(new Group(program, begin, name, summary));
  registerAccount(program, begin);
  registerCompletion(program, terminal);
  return program;
}

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEFAULT_PORT, parse, UsageError, upArguments, upHelp } from './commands/arguments.ts';
import { down, status } from './commands/down.ts';
import { up } from './commands/up.ts';
import { defaultDataDir, doctor } from './machine/index.ts';
import { DataFolderError, ProgramError } from './site/index.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

async function main([command = 'up', ...rest]: readonly string[]): Promise<number> {
  const given = parse(rest);
  if (given.help) {
    console.log(upHelp);
    return 0;
  }
  const args = upArguments(given, defaultDataDir());
  const dataDir = resolve(args.dataDir);
  switch (command) {
    case 'up':
      return up({ ...args, dataDir }, version);
    case 'down':
      return down(dataDir);
    case 'status':
      return status(dataDir, given.output);
    case 'doctor':
      return doctor({
        dataDir,
        ports: [args.port || DEFAULT_PORT],
        output: given.output === 'json' ? 'json' : 'table',
        libvirtSocket: join(dataDir, 'libvirt/run/libvirt-sock'),
      });
    default:
      throw new UsageError(`"${command}": expected up, down, status or doctor`);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const expected =
    error instanceof UsageError ||
    error instanceof DataFolderError ||
    error instanceof ProgramError ||
    (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  console.error(`domus: ${expected ? (error as Error).message : error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

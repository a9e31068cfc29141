import { text } from '@domus/contract';
import { textOfStdin } from '../prompts.ts';
import { type Group, wholeNumber } from './group.ts';

interface ExecOptions {
  timeout: number;
  stdin?: true;
}

/** Ends as the guest's program ended: with its exit code, or 128 + the signal that ended it, as shells do. */
export function registerVmExec(group: Group): void {
  group
    .verb<ExecOptions>(
      'exec <name> <command...>',
      'Run a program in the guest through its agent: domus vm exec NAME -- PROGRAM ARGUMENTS…',
      async (session, [id, ...command], { timeout, stdin }) => {
        const input = stdin === undefined ? {} : { input: await textOfStdin(session) };
        const body = { command, timeoutSeconds: timeout, ...input };
        const result = await session.engine.client.call('vm.exec', { params: { id: id! }, body }, session.signal);
        session.exitCode = result.exitCode ?? 128 + (result.signal ?? 0);
        if (session.output !== 'table') return await session.printOne(result);
        session.terminal.stdout.write(result.stdout);
        session.terminal.stderr.write(result.stderr);
        if (result.truncated) session.say(text('(the output was cut: it is too long)', '（输出过长，已截断）'));
      },
    )
    .option('--timeout <seconds>', 'how long it may take, 1-600', wholeNumber, 30)
    .option('--stdin', 'pass our stdin to it (64 KiB at most)');
}

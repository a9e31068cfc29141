import { ApiError, ApiUnreachable, type Problem, text } from '@domus/contract';
import { type Command, CommanderError } from 'commander';
import { CommandFailed, exitCodes, OperationFailed, UsageError } from './errors.ts';
import { printable } from './output/width.ts';
import { buildProgram } from './program.ts';
import { type OutputFormat, Session } from './session.ts';
import { languageOf, type Terminal } from './terminal.ts';

interface GlobalOptions {
  output: OutputFormat;
  dataDir?: string;
  url?: string;
}

class Interrupted extends Error {}

/** Carries out one command line. Answers the exit code (errors.ts); whatever fails has been told on stderr. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Interrupted('Ctrl-C'));
  let session: Session | null = null;
  const program = buildProgram(terminal, (command: Command) => {
    session = new Session(terminal, command.optsWithGlobals<GlobalOptions>(), controller.signal);
    return session;
  });
  process.on('SIGINT', interrupt);
  // The reader of a pipe may leave early (head, less): nobody is there to be told.
  const readerLeft = (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') interrupt();
    else throw error;
  };
  terminal.stdout.on('error', readerLeft);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return (session as Session | null)?.exitCode ?? exitCodes.done;
  } catch (error) {
    return tell(error, terminal, (session as Session | null)?.output ?? 'table');
  } finally {
    process.off('SIGINT', interrupt);
    terminal.stdout.off('error', readerLeft);
  }
}

function tell(error: unknown, terminal: Terminal, output: OutputFormat): number {
  const language = languageOf(terminal.environment);
  const say = (words: string) => terminal.stderr.write(`domus: ${printableLines(words)}\n`);
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof Interrupted) return exitCodes.interrupted;
  if (error instanceof UsageError) {
    say(error.words[language]);
    return exitCodes.usage;
  }
  if (error instanceof ApiError || (error instanceof OperationFailed && error.problem !== null)) {
    const problem = error.problem!;
    if (output === 'table')
      say(`${error instanceof OperationFailed ? error.words[language] : problem.title}${marksOf(problem)}`);
    else terminal.stderr.write(`${JSON.stringify(problem, null, 2)}\n`);
    return exitCodes.refused;
  }
  if (error instanceof CommandFailed || error instanceof OperationFailed) {
    say(error.words[language]);
    return exitCodes.refused;
  }
  if (error instanceof ApiUnreachable) {
    say(
      text(
        `No Domus answers (${error.message}). Start it with "domus up", or say where it is with --data-dir or --url.`,
        `没有 Domus 响应（${error.message}）。请用“domus up”启动，或用 --data-dir 或 --url 指明位置。`,
      )[language],
    );
    return exitCodes.unreachable;
  }
  throw error;
}

/** " [NAME_TAKEN, field name]": what a person can search for and a script can read. */
function marksOf({ code, field, operationId }: Problem): string {
  const marks = [
    code,
    ...(field === null ? [] : [`field ${field}`]),
    ...(operationId === null ? [] : [`operation ${operationId}`]),
  ];
  return ` [${marks.join(', ')}]`;
}

const printableLines = (words: string) => words.split('\n').map(printable).join('\n');

// docs/reference/cli.md, made from the command line itself: `node tools/cli-reference.ts` writes it, a test compares it.
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { buildProgram } from '../packages/cli/src/program.ts';
import { processTerminal } from '../packages/cli/src/terminal.ts';
import { root } from './run-command.ts';

type Command = ReturnType<typeof buildProgram>;
type Option = Command['options'][number];

const opening = `# The command line

Made from the commands themselves by \`node tools/cli-reference.ts\`; edit those.

On the engine's own machine, as the same user, nobody signs in: commands speak to the Unix socket \`run/api.sock\` of the data folder.
Which engine: \`--url\`, else \`--data-dir\`, else \`DOMUS_URL\`, else \`DOMUS_DATA_DIR\`, else the one signed in to with \`domus login\`, else this
machine's (\`/var/lib/domus\` as root, \`~/.local/share/domus\` otherwise). \`DOMUS_TOKEN\` is an API token for \`--url\` and \`DOMUS_URL\`.
Where a name is asked, an id does as well. Passwords are asked for or read from stdin, never given as arguments.

## Output

\`-o table\` is for people: it follows the language (\`LC_ALL\`, \`LC_MESSAGES\`, \`LANG\`) and the terminal's width, and may change.
\`-o json\` and \`-o yaml\` are stable: exactly what the API answers (\`/api/v1/openapi.json\` describes it).

- a list prints an array of resources, the others one resource;
- a command that starts an Operation prints the Operation; with \`--wait\` the resource it worked on as it is then, or the Operation where the resource is gone;
- \`event follow -o json\` prints one event a line;
- a refusal goes to stderr: with \`-o json\` and \`-o yaml\` as the API's problem (JSON), else as a sentence with its code and field.

Colours appear on a terminal only and never where \`NO_COLOR\` is set.

## Exit codes

| code | meaning |
| --- | --- |
| 0 | done |
| 1 | refused, or the operation or the wait failed |
| 2 | wrong usage; nothing was asked of the engine |
| 3 | no engine answers |
| 130 | Ctrl-C; an operation that was waited for goes on |

\`vm exec\` ends with the exit code of the guest's program, or 128 + the signal that ended it. \`up\` and \`test\` end with 3 and 1 where the machine lacks something.

## The engine

| command | what it does |
| --- | --- |
| \`domus up [--data-dir D] [--port P] [--listen A] [--yes] [--no-install] [--detach]\` | prepares this machine and starts Domus |
| \`domus status\` · \`domus down\` | how it is · stops it; VMs go on running |
| \`domus doctor [-o json]\` | what this machine can do and what is wrong, each with its remedy |
| \`domus test\` | installs what the tests need and runs them all |
`;

const cell = (words: string) => words.replaceAll('|', '\\|').replaceAll('\n', ' ');

function optionRow(option: Option): string {
  const choices = option.argChoices ? ` (${option.argChoices.join(', ')})` : '';
  const given =
    option.defaultValue === undefined || option.defaultValue === true
      ? ''
      : ` Default: ${String(option.defaultValue)}.`;
  const must = option.mandatory ? ' Required.' : '';
  return `| \`${option.flags}\` | ${cell(`${option.description}${choices}`)}.${given}${must} |`
    .replace(' | . ', ' | ')
    .replace('..', '.');
}

function sectionOf(command: Command, path: string): string {
  const places = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  const usage = ['domus', path, ...places].filter((word) => word !== '').join(' ');
  const rows = command.options.filter((option) => !option.hidden).map(optionRow);
  const table = rows.length === 0 ? '' : `\n| option | |\n| --- | --- |\n${rows.join('\n')}\n`;
  return `### \`${usage}\`\n\n${command.description()}.\n${table}`;
}

/** The whole reference as Markdown. */
export function cliReference(): string {
  const program = buildProgram(processTerminal(), () => {
    throw new Error('nothing is carried out here');
  });
  const parts = [
    opening,
    `## Everywhere\n\n| option | |\n| --- | --- |\n${program.options.map(optionRow).join('\n')}\n`,
  ];
  const visible = (command: Command) =>
    command.commands.filter((each) => each.name() !== 'help' && each.name() !== 'complete');
  for (const group of visible(program)) {
    if (group.commands.length === 0) continue;
    parts.push(`## domus ${group.name()}\n\n${group.description()}.\n`);
    for (const verb of visible(group)) parts.push(sectionOf(verb, `${group.name()} ${verb.name()}`));
  }
  parts.push('## Signing in, and the shell\n');
  for (const command of visible(program))
    if (command.commands.length === 0) parts.push(sectionOf(command, command.name()));
  return parts.join('\n');
}

export const referenceFile = `${root}docs/reference/cli.md`;
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(referenceFile, cliReference());

import type { Command, Option } from 'commander';
import type { Terminal } from '../terminal.ts';

/** Each shell asks us for the words that may come next, so that its script knows nothing of the commands. */
const scripts = {
  bash: `_domus() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _domus domus`,
  zsh: `#compdef domus
_domus() {
  local -a next
  next=("\${(@f)$("$words[1]" complete -- "\${(@)words[2,CURRENT-1]}" 2>/dev/null)}")
  compadd -a next || _files
}
compdef _domus domus`,
  fish: `complete -c domus -f -a '(set -l given (commandline -opc); $given[1] complete -- $given[2..] 2>/dev/null)'`,
} as const;
const isShell = (given: string): given is keyof typeof scripts => Object.hasOwn(scripts, given);

/** Commands and options that may follow the words given so far. */
export function nextWords(program: Command, given: readonly string[]): string[] {
  let command = program;
  for (const word of given) command = command.commands.find((each) => each.name() === word) ?? command;
  const last = command.options.find((option) => [option.long, option.short].includes(given.at(-1)));
  if (last?.argChoices) return last.argChoices;
  const options = [...command.options, ...(command === program ? [] : program.options)].filter(
    (option: Option) => !option.hidden,
  );
  const commands = command.commands.map((each) => each.name()).filter((name) => name !== 'complete');
  return [...commands, ...options.map((option) => option.long ?? option.short ?? '')];
}

export function registerCompletion(program: Command, terminal: Terminal): void {
  const own = program
    .command('completion')
    .description('Print the completion script of a shell: source <(domus completion bash)')
    .argument('<shell>', Object.keys(scripts).join(', '))
    .action((shell: string) => {
      if (!isShell(shell)) own.error(`error: no shell "${shell}"; shells: ${Object.keys(scripts).join(', ')}`);
      else terminal.stdout.write(`${scripts[shell]}\n`);
    });
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[]) => {
      terminal.stdout.write(`${nextWords(program, words).join('\n')}\n`);
    });
}

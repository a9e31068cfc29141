import { type Problem, type Text, text } from '@domus/contract';

/** What a script can tell from how a command ended. `vm exec` ends with the exit code of the guest's program instead. */
export const exitCodes = { done: 0, refused: 1, usage: 2, unreachable: 3, interrupted: 130 } as const;

/** The command line itself is wrong: nothing was asked of the engine. */
export class UsageError extends Error {
  readonly words: Text;
  constructor(words: Text) {
    super(words.en);
    this.name = 'UsageError';
    this.words = words;
  }
}

/** Something outside the engine failed: a file, a terminal, a wait that ran out. */
export class CommandFailed extends Error {
  readonly words: Text;
  constructor(words: Text, options?: { cause: unknown }) {
    super(words.en, options);
    this.name = 'CommandFailed';
    this.words = words;
  }
}

/** An operation that was waited for ended otherwise than well. */
export class OperationFailed extends Error {
  readonly problem: Problem | null;
  readonly words: Text;
  constructor(kind: string, name: string, state: string, problem: Problem | null) {
    super(problem?.title ?? state);
    this.name = 'OperationFailed';
    this.problem = problem;
    const reason = problem === null ? state : problem.title;
    this.words = text(`${kind} ${name}: ${reason}`, `${kind} ${name}：${reason}`);
  }
}

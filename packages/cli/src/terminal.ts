import type { Readable, Writable } from 'node:stream';
import type { Language } from '@domus/contract';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the person sits: streams, language and what the screen can do. Tests give their own. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly environment: Environment;
  readonly userId: number;
}

export const processTerminal = (): Terminal => ({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  userId: process.getuid?.() ?? 0,
});

/** By the usual order of the locale variables. */
export function languageOf(environment: Environment): Language {
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || '';
  return locale.startsWith('zh') ? 'zh-CN' : 'en';
}

/** Colours only on a screen, and never where NO_COLOR (no-color.org) is set to anything. */
export const hasColour = (terminal: Terminal): boolean =>
  terminal.stdout.isTTY === true && !terminal.environment['NO_COLOR'];

/** Whether somebody can be asked: answers are read from stdin, questions are shown on stderr. */
export const canAsk = (terminal: Terminal): boolean => terminal.stdin.isTTY === true && terminal.stderr.isTTY === true;

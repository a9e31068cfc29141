import type { Language, Text } from '@domus/contract';
import { connectEngine, type Engine } from './connection/engine.ts';
import { chooseTarget, type TargetOptions } from './connection/target.ts';
import { bold, paintStates } from './output/colours.ts';
import { details } from './output/details.ts';
import { table } from './output/table.ts';
import { hasColour, languageOf, type Terminal } from './terminal.ts';

export type OutputFormat = 'table' | 'json' | 'yaml';

export interface Column<T> {
  readonly title: Text;
  readonly cell: (item: T, language: Language) => string;
}

/** One command being carried out: who speaks to whom, in which words and which format. */
export class Session {
  readonly terminal: Terminal;
  readonly language: Language;
  readonly output: OutputFormat;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** What the command ends with when it did not fail. */
  exitCode = 0;
  readonly #target: TargetOptions;
  #engine: Engine | null = null;

  constructor(terminal: Terminal, options: TargetOptions & { output: OutputFormat }, signal: AbortSignal) {
    this.terminal = terminal;
    this.language = languageOf(terminal.environment);
    this.output = options.output;
    this.signal = signal;
    this.#target = options;
  }

  get engine(): Engine {
    this.#engine ??= connectEngine(chooseTarget(this.#target, this.terminal), this.language);
    return this.#engine;
  }

  /** A word to the person, never part of the output. */
  say(words: Text): void {
    this.terminal.stderr.write(`${words[this.language]}\n`);
  }

  print(words: string): void {
    this.terminal.stdout.write(`${words}\n`);
  }

  async printList<T>(items: readonly T[], columns: readonly Column<T>[]): Promise<void> {
    if (this.output !== 'table') return await this.#printData(items);
    const { stdout } = this.terminal;
    const [titles, ...rows] = table(
      columns.map(({ title }) => title[this.language]),
      items.map((item) => columns.map(({ cell }) => cell(item, this.language))),
      stdout.isTTY ? (stdout.columns ?? 80) : null,
    );
    const colour = hasColour(this.terminal);
    this.print(colour ? bold(titles!) : titles!);
    for (const row of rows) this.print(colour ? paintStates(row) : row);
  }

  async printOne(resource: object): Promise<void> {
    if (this.output !== 'table') return await this.#printData(resource);
    for (const line of details(resource)) this.print(line);
  }

  async #printData(data: unknown): Promise<void> {
    if (this.output === 'json') return this.print(JSON.stringify(data, null, 2));
    const { stringify } = await import('yaml');
    this.print(stringify(data).trimEnd());
  }
}

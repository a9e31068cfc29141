import { type Operation, type RouteName, routes, text } from '@domus/contract';
import { type Command, InvalidArgumentError } from 'commander';
import { report } from '../operations/follow.ts';
import { confirm } from '../prompts.ts';
import type { Column, Session } from '../session.ts';

type Begin = (command: Command) => Session;
type Act<O> = (session: Session, args: readonly string[], options: O) => Promise<void>;
export interface Wait {
  readonly wait?: true;
}

/** The verbs of one kind of resource. What many kinds share (list, show, start, delete) is written once, here. */
export class Group {
  readonly #command: Command;
  readonly #begin: Begin;

  constructor(parent: Command, begin: Begin, name: string, summary: string) {
    this.#command = parent.command(name).description(summary);
    this.#begin = begin;
  }

  /** `usage` as commander reads it, e.g. "exec <name> <command...>". The caller adds the options. */
  verb<O extends object = object>(usage: string, summary: string, act: Act<O>): Command {
    const command = this.#command.command(usage).description(summary);
    return command.action(async () => await act(this.#begin(command), command.args, command.opts<O>()));
  }

  /** A list, with `query` for what its options ask. */
  list<T, O extends object = object>(
    route: RouteName,
    columns: readonly Column<T>[],
    { usage = 'list', query = () => ({}) }: { usage?: string; query?: (options: O) => Record<string, unknown> } = {},
  ): Command {
    return this.verb<O>(usage, routes[route].summary, async (session, _, options) => {
      const reply = await session.engine.call(route, { query: query(options) }, session.signal);
      await session.printList((reply as { items: T[] }).items, columns);
    });
  }

  show(route: RouteName, usage = 'show <name>'): Command {
    return this.verb(usage, routes[route].summary, async (session, [id]) => {
      await session.printOne((await session.engine.call(route, { params: { id } }, session.signal)) as object);
    });
  }

  /** A verb that starts an operation on one resource. */
  start<O extends Wait>(usage: string, route: RouteName, body?: (options: O) => object): Command {
    const command = this.verb<O>(usage, routes[route].summary, async (session, [id], options) => {
      const parts = { params: { id }, ...(body ? { body: body(options) } : {}) };
      const operation = (await session.engine.call(route, parts, session.signal)) as Operation;
      await report(session, operation, options.wait === true);
    });
    return withWait(command);
  }

  /** A deletion: asked about first where somebody can be asked. */
  delete<O extends Wait & { yes?: true }>(
    route: RouteName,
    {
      usage = 'delete <name>',
      query = () => ({}),
    }: { usage?: string; query?: (options: O) => Record<string, unknown> } = {},
  ): Command {
    const { status, summary } = routes[route];
    const command = this.verb<O>(usage, summary, async (session, [id], options) => {
      const question = text(`Delete ${id}? This cannot be undone.`, `删除 ${id}？此操作无法撤销。`);
      if (options.yes !== true && !(await confirm(session, question))) return;
      const reply = await session.engine.call(route, { params: { id }, query: query(options) }, session.signal);
      if (status === 202) await report(session, reply as Operation, options.wait === true);
    }).option('-y, --yes', 'do not ask');
    return status === 202 ? withWait(command) : command;
  }
}

export const withWait = (command: Command): Command => command.option('--wait', 'wait until it is done');

/** For options that take a whole number. */
export function wholeNumber(given: string): number {
  if (!/^\d+$/.test(given)) throw new InvalidArgumentError('expected a whole number');
  return Number(given);
}

/** For options that may be given several times. */
export const several = (given: string, before: string[] = []): string[] => [...before, given];

import { ApiError, type Operation, type RouteName, routes, text } from '@domus/contract';
import { OperationFailed } from '../errors.ts';
import type { Session } from '../session.ts';
import { showProgress } from './progress.ts';
import { watch } from './watch.ts';

const isOver = ({ state }: Operation) => state === 'succeeded' || state === 'failed' || state === 'cancelled';

/** Watches an operation to its end, with its progress on a screen. Errors: OperationFailed. */
export async function follow(session: Session, started: Operation): Promise<Operation> {
  const { engine, signal } = session;
  const progress = showProgress(session.terminal);
  signal.addEventListener(
    'abort',
    () =>
      session.say(
        text(
          `The operation goes on; see: domus operation show ${started.id}`,
          `操作仍在继续；查看：domus operation show ${started.id}`,
        ),
      ),
    { once: true },
  );
  try {
    const ended = await watch(engine, {
      kind: 'operation',
      id: started.id,
      read: (reading) => engine.client.call('operation.show', { params: { id: started.id } }, reading),
      isDone: isOver,
      onLook: (operation) => progress.show(operation),
      signal,
    });
    if (ended.state !== 'succeeded')
      throw new OperationFailed(ended.kind, ended.resource.name, ended.state, ended.error);
    return ended;
  } finally {
    progress.clear();
  }
}

/** What a started operation leaves for the person: itself, or with `wait` the resource it worked on. */
export async function report(session: Session, started: Operation, wait: boolean): Promise<void> {
  if (!wait) return await printOperation(session, started);
  const ended = await follow(session, started);
  const resource = await resourceOf(session, ended);
  if (session.output === 'table' || resource === null) return await printOperation(session, ended);
  await session.printOne(resource);
}

/** The resource of an operation as it is now, null where it is gone (a deletion) or has no page of its own. */
async function resourceOf({ engine, signal }: Session, { resource }: Operation): Promise<object | null> {
  const route = `${resource.kind}.show`;
  if (!Object.hasOwn(routes, route)) return null;
  try {
    return (await engine.call(route as RouteName, { params: { id: resource.id } }, signal)) as object;
  } catch (error) {
    if (error instanceof ApiError && error.problem.code === 'NOT_FOUND') return null;
    throw error;
  }
}

async function printOperation(session: Session, operation: Operation): Promise<void> {
  if (session.output !== 'table') return await session.printOne(operation);
  const { kind, resource, state, id } = operation;
  session.print(`${kind} ${resource.name}: ${state} (${id})`);
}

import type { Operation, OperationState } from '@domus/contract';
import { useMutation } from '@tanstack/react-query';
import i18next from 'i18next';
import { putResource } from './cached-resources.ts';
import { problemText } from './problem-text.ts';
import { queryClient } from './query-client.ts';
import { toast } from './toasts.ts';

/** States after which nothing changes any more. */
export const ended: ReadonlySet<OperationState> = new Set<OperationState>(['succeeded', 'failed', 'cancelled']);

/** Operations that this page started and whose end it has yet to tell. */
const awaited = new Set<string>();

/** The kind of an operation in words; a kind that this page does not know yet stays as it is written. */
export function operationTitle({ kind, resource }: Pick<Operation, 'kind' | 'resource'>): string {
  const verb = i18next.t(`operation.kind.${kind.replace('.', '-')}`, { defaultValue: kind });
  return i18next.t('operation.title', { verb, name: resource.name });
}

/** A step in words: known ones from the dictionary, others as written. */
export const stepTitle = (name: string): string =>
  i18next.t(`operation.step.${name}`, { defaultValue: name.replaceAll('-', ' ') });

/** Remembers an operation that was started here, so that its end is told. */
export function follow(operation: Operation): void {
  putResource(queryClient, 'operation', operation);
  awaited.add(operation.id);
  announceEnd(operation);
}

/** Tells the end of an operation that was started here, once. */
export function announceEnd(operation: Operation): void {
  if (!ended.has(operation.state) || !awaited.delete(operation.id)) return;
  const title = operationTitle(operation);
  const { error } = operation;
  if (operation.state === 'succeeded') toast({ variant: 'success', title, detail: null });
  else if (operation.state === 'cancelled')
    toast({ variant: 'info', title, detail: i18next.t('operation.state.cancelled') });
  else toast({ variant: 'danger', title, detail: error === null ? null : `${problemText(error)} (${error.code})` });
}

/** A button that starts an operation: `mutate` sends the request, its end is told by a toast. */
export function useStart<V = void>(
  start: (variables: V) => Promise<Operation>,
  options: { shown?: boolean; onStarted?: (operation: Operation) => void } = {},
) {
  return useMutation({
    mutationFn: start,
    meta: { shown: options.shown ?? false },
    onSuccess: (operation) => {
      follow(operation);
      options.onStarted?.(operation);
    },
  });
}

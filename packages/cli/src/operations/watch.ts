import { setTimeout as delay } from 'node:timers/promises';
import { ApiUnreachable, type ResourceKind } from '@domus/contract';
import type { Engine } from '../connection/engine.ts';

/** A look without an event: what a lost event could delay at most. */
const lookAgainMs = 2_000;

interface Watched<T> {
  readonly kind: ResourceKind;
  readonly id: string;
  readonly read: (signal: AbortSignal) => Promise<T>;
  readonly isDone: (value: T) => boolean;
  readonly onLook?: (value: T) => void;
  readonly signal: AbortSignal;
}

/** Reads a resource whenever an event tells that it changed, until it is as wanted. Errors: those of `read`. */
export async function watch<T>(engine: Engine, { kind, id, read, isDone, onLook, signal }: Watched<T>): Promise<T> {
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  let ring = Promise.withResolvers<void>();
  const listening = listen(engine, both, (changed) => {
    if (changed === null || (changed.kind === kind && changed.resourceId === id)) ring.resolve();
  });
  try {
    for (;;) {
      ring = Promise.withResolvers();
      const value = await read(both);
      onLook?.(value);
      if (isDone(value)) return value;
      const heard = new AbortController();
      const late = delay(lookAgainMs, undefined, { signal: AbortSignal.any([both, heard.signal]) });
      await Promise.race([ring.promise, late.catch(() => signal.throwIfAborted())]);
      heard.abort();
    }
  } finally {
    ended.abort();
    await listening;
  }
}

type Heard = (changed: { kind: ResourceKind; resourceId: string } | null) => void;

/**
 * Hears events until the signal ends it. Without the right to hear them, or without a stream, looking again every two
 * seconds is enough, and the looks tell what is wrong.
 */
async function listen(engine: Engine, signal: AbortSignal, heard: Heard): Promise<void> {
  try {
    for await (const event of engine.events({ signal, opened: () => heard(null) })) heard(event);
  } catch (error) {
    const expected =
      signal.aborted || error instanceof ApiUnreachable || (error as Error).name === 'ApiError' || isReset(error);
    if (!expected) throw error;
  }
}

/** The engine went away in the middle of the stream. */
const isReset = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ECONNRESET';

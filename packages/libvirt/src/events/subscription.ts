import type { RemoteNonnullDomain } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import type { OverflowNotice } from './event-queue.ts';
import type { EventKind, LibvirtEvent } from './kinds.ts';

/** Which events, and how many may wait. */
export interface SubscribeOptions extends CallOptions {
  /** Only events of this domain; kinds that are not about domains are not filtered. */
  readonly domain?: RemoteNonnullDomain | undefined;
  /** Events that may wait before the newest are dropped (and an overflow notice takes their place). Default 4096. */
  readonly capacity?: number | undefined;
  /** Leave out kinds that the daemon or driver does not know, instead of failing. `kinds` tells what is left. */
  readonly skipUnsupported?: boolean | undefined;
}

/** A running subscription: iterate it, or call `next()`. Fails with the connection's error when that ends. */
export interface EventSubscription<K extends EventKind = EventKind>
  extends AsyncIterable<LibvirtEvent<K> | OverflowNotice> {
  /** Those that are registered: what was asked for, less what was skipped as unsupported. */
  readonly kinds: readonly K[];
  /** The next event; undefined after `close()`. Rejects with the connection's error when that has ended. */
  next(): Promise<LibvirtEvent<K> | OverflowNotice | undefined>;
  /** Ends it; resolves when the daemon has deregistered it. */
  close(): Promise<void>;
}

/** Where events come from. */
export interface EventSource {
  /** Registers for kinds of events; closing the subscription deregisters. */
  subscribe<K extends EventKind>(kinds: readonly K[], options?: SubscribeOptions): Promise<EventSubscription<K>>;
}

import type { Event, ResourceKind } from '@domus/contract';
import { ApiError } from '@domus/contract/client';
import type { QueryClient } from '@tanstack/react-query';
import { dropResource, holdsKind, putResource } from './cached-resources.ts';
import type { Resource } from './read-resource.ts';

type Reader = (id: string, signal: AbortSignal) => Promise<Resource>;
interface Options {
  client: QueryClient;
  readerOf(kind: ResourceKind): Reader | undefined;
  /** Called with a resource as it was read after an event. */
  onRead?(kind: ResourceKind, resource: Resource): void;
}

/** So many resources of a kind at once, and the whole list is the cheaper question. */
const burst = 25;

/** Kinds whose figures follow another's: they carry no event of their own when only the sum changes. */
const followers: Partial<Record<ResourceKind, readonly ResourceKind[]>> = {
  vm: ['host'],
  image: ['storage-pool'],
  volume: ['storage-pool'],
};

/**
 * Keeps the query cache true: every event reads just the resource it names. Events on a resource that is being read
 * are remembered and lead to exactly one more reading.
 */
export class Changes {
  readonly #options: Options;
  readonly #end = new AbortController();
  /** `kind/id` of what is being read now; true where it changed meanwhile. */
  readonly #reading = new Map<string, boolean>();

  constructor(options: Options) {
    this.#options = options;
  }

  apply(event: Event): void {
    const { client, readerOf } = this.#options;
    for (const kind of followers[event.kind] ?? []) void client.invalidateQueries({ queryKey: [kind] });
    if (!holdsKind(client, event.kind)) return;
    if (event.type === 'deleted') {
      dropResource(client, event.kind, event.resourceId);
      return;
    }
    const reader = readerOf(event.kind);
    if (reader === undefined || this.#reading.size >= burst) {
      void client.invalidateQueries({ queryKey: [event.kind] });
      return;
    }
    const key = `${event.kind}/${event.resourceId}`;
    if (this.#reading.has(key)) {
      this.#reading.set(key, true);
      return;
    }
    void this.#read(key, event.kind, event.resourceId, reader);
  }

  /** Nothing is read or put any more. */
  close(): void {
    this.#end.abort();
  }

  async #read(key: string, kind: ResourceKind, id: string, reader: Reader): Promise<void> {
    const { client, onRead } = this.#options;
    do {
      this.#reading.set(key, false);
      try {
        const resource = await reader(id, this.#end.signal);
        if (this.#end.signal.aborted) return;
        putResource(client, kind, resource);
        void client.invalidateQueries({ queryKey: [kind, 'of'] });
        onRead?.(kind, resource);
      } catch (error) {
        if (this.#end.signal.aborted) return;
        if (error instanceof ApiError && error.problem.status === 404) dropResource(client, kind, id);
        // Any other failure: the page's own query asks again and shows it.
        else void client.invalidateQueries({ queryKey: [kind] });
      }
    } while (this.#reading.get(key));
    this.#reading.delete(key);
  }
}

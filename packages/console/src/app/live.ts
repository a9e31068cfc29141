import { Operation } from '@domus/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Changes } from './changes.ts';
import { listenToEvents } from './event-stream.ts';
import { announceEnd } from './operations.ts';
import { sessionKey } from './query-client.ts';
import { readerOf } from './read-resource.ts';

/** A stream that comes back sooner than this was never gone, for a person. */
const graceMs = 2000;

/** Keeps every query true as long as the component lives; answers whether the stream is up. */
export function useLive(): boolean {
  const client = useQueryClient();
  const [live, setLive] = useState(true);

  useEffect(() => {
    let grace: ReturnType<typeof setTimeout> | undefined;
    const changes = new Changes({
      client,
      readerOf,
      onRead: (kind, resource) => {
        if (kind === 'operation') announceEnd(Operation.parse(resource));
      },
    });
    const stop = listenToEvents({
      event: (event) => changes.apply(event),
      opened: () => {
        clearTimeout(grace);
        grace = undefined;
        setLive(true);
        void client.invalidateQueries();
      },
      lost: () => {
        grace ??= setTimeout(() => {
          setLive(false);
          void client.invalidateQueries({ queryKey: sessionKey });
        }, graceMs);
      },
    });
    return () => {
      clearTimeout(grace);
      stop();
      changes.close();
    };
  }, [client]);
  return live;
}

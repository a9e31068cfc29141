import { use, useCallback, useEffect, useState } from 'react';
import { LiveContext } from '../../app/live-context.ts';

/** Where a console's connection is; `error` says why it ended, undefined where it ended in order. */
export type Connection = { state: 'connecting' } | { state: 'connected' } | { state: 'ended'; error: unknown };

/** Counts attempts: a new one is made on demand, and when the engine answers again after it was gone. */
export function useConnection() {
  const live = use(LiveContext);
  const [attempt, setAttempt] = useState(0);
  const [connection, setConnection] = useState<Connection>({ state: 'connecting' });
  const reconnect = useCallback(() => {
    setConnection({ state: 'connecting' });
    setAttempt((count) => count + 1);
  }, []);
  const [wasLive, setWasLive] = useState(live);
  const ended = connection.state === 'ended';
  useEffect(() => {
    if (live === wasLive) return;
    setWasLive(live);
    if (live && ended) reconnect();
  }, [live, wasLive, ended, reconnect]);
  return { attempt, connection, setConnection, reconnect };
}

import { expect, test } from 'vitest';
import { isLibvirtError } from './errors.ts';
import type { EventKind } from './events/kinds.ts';
import { ReconnectingConnection, type ReconnectingEvent } from './reconnecting.ts';
import { ProtocolServer } from './testing/protocol-server.ts';

const dom = { name: 'vm', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 };

function setUp(kinds: EventKind[] = ['domain-reboot']) {
  const server = new ProtocolServer({
    connectDomainEventCallbackRegisterAny: () => ({ callbackID: 5 }),
    connectDomainEventCallbackDeregisterAny: () => undefined,
  });
  const stop = new AbortController();
  const connection = new ReconnectingConnection({
    uri: 'test:///default',
    transport: server.transport,
    signal: stop.signal,
    kinds,
    minimumRetryMs: 1,
    maximumRetryMs: 4,
  });
  return { server, stop, connection };
}

test('a lost connection comes back with its events, and says that the past must be asked again', async () => {
  const { server, stop, connection } = setUp();
  const seen: ReconnectingEvent['kind'][] = [];
  for await (const event of connection) {
    seen.push(event.kind);
    if (event.kind === 'resynchronise') {
      const peer = server.peers.at(-1)!;
      if (server.peers.length === 1) peer.socket.end();
      else peer.emit('domainEventCallbackReboot', { callbackID: 5, msg: { dom } });
    }
    if (event.kind === 'domain-reboot') break;
  }
  expect(seen).toEqual(['up', 'resynchronise', 'down', 'up', 'resynchronise', 'domain-reboot']);
  stop.abort();
  await connection.stopped;
});

test('a lost connection comes back also for who wants no events', async () => {
  const { server, stop, connection } = setUp([]);
  const seen: ReconnectingEvent['kind'][] = [];
  for await (const event of connection) {
    seen.push(event.kind);
    if (event.kind === 'up' && server.peers.length === 2) break;
    if (event.kind === 'up') server.peers[0]!.socket.end();
  }
  expect(seen).toEqual(['up', 'resynchronise', 'down', 'up']);
  stop.abort();
  await connection.stopped;
});

test('its signal ends it, in any state, and wakes who waits for a connection', async () => {
  const { stop, connection } = setUp();
  const ready = await connection.ready(AbortSignal.timeout(5000));
  expect(connection.current).toBe(ready);
  stop.abort();
  await connection.stopped;
  expect(ready.isOpen).toBe(false);
  expect(connection.current).toBeUndefined();

  const never = new AbortController();
  const dead = new ReconnectingConnection({
    uri: 'test:///default?socket=/nowhere',
    signal: never.signal,
    minimumRetryMs: 60_000,
  });
  const waiting = dead.ready(AbortSignal.timeout(5000));
  const first = await dead[Symbol.asyncIterator]().next();
  expect(first.value).toMatchObject({ kind: 'down', error: { code: 'CONNECTION_FAILED' } });
  never.abort();
  await expect(waiting).rejects.toSatisfy((error) => isLibvirtError(error, 'ABORTED'));
  await dead.stopped;
});

test('a host that knows none of the events is watched all the same', async () => {
  const server = new ProtocolServer();
  const stop = new AbortController();
  const connection = new ReconnectingConnection({
    uri: 'test:///default',
    transport: server.transport,
    signal: stop.signal,
    minimumRetryMs: 1,
    maximumRetryMs: 4,
  });
  const seen: ReconnectingEvent['kind'][] = [];
  for await (const event of connection) {
    seen.push(event.kind);
    if (event.kind === 'resynchronise' && server.peers.length === 1) server.peers[0]!.socket.end();
    if (event.kind === 'resynchronise' && server.peers.length === 2) break;
  }
  expect(seen).toEqual(['up', 'resynchronise', 'down', 'up', 'resynchronise']);
  stop.abort();
  await connection.stopped;
});

test('who never iterates keeps no connections that are gone', async () => {
  const { server, stop, connection } = setUp();
  for (let lives = 1; lives <= 20; lives++) {
    const up = await connection.ready(AbortSignal.timeout(5000));
    server.peers.at(-1)!.socket.end();
    await up.closed;
  }
  await connection.ready(AbortSignal.timeout(5000));
  const seen: ReconnectingEvent['kind'][] = [];
  for await (const event of connection) {
    seen.push(event.kind);
    if (event.kind === 'up') expect(event.connection.isOpen).toBe(true);
    if (event.kind === 'resynchronise') break;
  }
  expect(seen).toEqual(['down', 'up', 'resynchronise']);
  stop.abort();
  await connection.stopped;
});

import { expect, test } from 'vitest';
import { connect } from '../connection.ts';
import { isLibvirtError } from '../errors.ts';
import { glued } from '../testing/glued.ts';
import { type Handlers, ProtocolServer } from '../testing/protocol-server.ts';
import { EventQueue } from './event-queue.ts';

const dom = { name: 'vm', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 };
const never = () => new Promise<never>(() => undefined);

async function open(handlers: Handlers) {
  const server = new ProtocolServer({ connectDomainEventCallbackDeregisterAny: () => undefined, ...handlers });
  const connection = await connect({ uri: 'test:///default', transport: server.transport });
  return { connection, peer: server.peers[0]! };
}

test('a connection that ends right behind the reply to a registration ends the subscription too', async () => {
  const { connection, peer } = await open({ connectDomainEventCallbackRegisterAny: never });
  const subscribing = connection.events.subscribe(['domain-reboot']);
  await peer.until(() => peer.calls.includes('connectDomainEventCallbackRegisterAny'));
  glued(peer, () => {
    peer.send({ program: 0x2000_8086, procedure: 316, type: 1, serial: 4, status: 0 }, (writer) => writer.int(7));
    peer.socket.write(Buffer.alloc(4));
  });
  const next = subscribing.then((subscription) => subscription.next());
  await expect(next).rejects.toMatchObject({ code: 'MALFORMED_PACKET' });
});

test('a subscription to nothing ends with its connection, and none begins after it', async () => {
  const { connection, peer } = await open({});
  const empty = await connection.events.subscribe(['domain-reboot'], { skipUnsupported: true });
  expect(empty.kinds).toEqual([]);
  const next = empty.next();
  peer.socket.write(Buffer.alloc(28));
  await expect(next).rejects.toMatchObject({ code: 'MALFORMED_PACKET' });
  // With the connection went all registrations: there is nothing left to close.
  await empty.close();
  await expect(connection.events.subscribe([])).rejects.toMatchObject({ code: 'MALFORMED_PACKET' });
});

test('giving up a subscription does not wait for a daemon that hangs', async () => {
  const { connection, peer } = await open({
    connectDomainEventCallbackRegisterAny: ({ eventID }) => (eventID === 0 ? { callbackID: 1 } : never()),
    connectDomainEventCallbackDeregisterAny: never,
  });
  const controller = new AbortController();
  const { signal } = controller;
  const subscribing = connection.events.subscribe(['domain-lifecycle', 'domain-reboot'], { signal });
  await peer.until(() => peer.calls.filter((name) => name === 'connectDomainEventCallbackRegisterAny').length === 2);
  controller.abort();
  await expect(subscribing).rejects.toSatisfy((error) => isLibvirtError(error, 'ABORTED'));
});

test('events that come before their registration is known are kept, but not without end', async () => {
  const { connection } = await open({
    connectDomainEventCallbackRegisterAny: (_, peer) => {
      for (let n = 0; n < 10_000; n++) peer.emit('domainEventCallbackReboot', { callbackID: 9, msg: { dom } });
      return { callbackID: 9 };
    },
  });
  const subscription = await connection.events.subscribe(['domain-reboot'], { capacity: 100_000 });
  const seen = [];
  for (let event = await subscription.next(); event?.kind !== 'overflow'; event = await subscription.next())
    seen.push(event);
  expect(seen).toHaveLength(4096);
});

test('large events fill a queue before their number does', async () => {
  const { connection, peer } = await open({
    connectDomainEventCallbackRegisterAny: () => ({ callbackID: 1 }),
    connectGetType: () => ({ type: 'Test' }),
  });
  const subscription = await connection.events.subscribe(['domain-reboot']);
  const large = { ...dom, name: 'x'.repeat(4_000_000) };
  for (let n = 0; n < 6; n++) peer.emit('domainEventCallbackReboot', { callbackID: 1, msg: { dom: large } });
  await connection.host.getType();
  for (let n = 0; n < 4; n++) expect(await subscription.next()).toMatchObject({ kind: 'domain-reboot' });
  expect(await subscription.next()).toEqual({ kind: 'overflow', lost: 2 });
});

test('who waits for an event is woken, however many do', async () => {
  const queue = new EventQueue<string>(4, () => undefined);
  const waiting = [queue.next(), queue.next(), queue.next()];
  queue.push('a');
  queue.push('b');
  queue.close();
  expect((await Promise.all(waiting)).filter((item) => item === undefined).length).toBeGreaterThan(0);
});

import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type ConnectOptions, connect } from './connection.ts';
import { type Handlers, ProtocolServer, ServerFailure, type ServerPeer } from './testing/protocol-server.ts';

const dom = { name: 'vm', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 };
const info = { state: 1, maxMem: 2048, memory: 1024, nrVirtCpu: 2, cpuTime: 99 };

async function open(handlers: Handlers = {}, options: Partial<ConnectOptions> = {}) {
  const server = new ProtocolServer(handlers);
  const connection = await connect({ uri: 'test:///default', transport: server.transport, ...options });
  return { connection, peer: server.peers[0]!, server };
}

const code = (expected: string) => expect.objectContaining({ code: expected });

test('a call goes out and its result comes back', async () => {
  const { connection, peer } = await open({ domainGetInfo: () => info });
  expect(await connection.domains.reference(dom).getInfo()).toEqual({
    state: 'RUNNING',
    maxMemoryKiB: 2048,
    memoryKiB: 1024,
    vcpus: 2,
    cpuTimeNs: 99,
  });
  expect(peer.calls).toEqual(['authList', 'connectSupportsFeature', 'connectOpen', 'domainGetInfo']);
  await connection.close();
});

test('an error of the daemon carries its code and procedure', async () => {
  const { connection } = await open({
    domainLookupByName: () => {
      throw new ServerFailure('NO_DOMAIN', "no domain with matching name 'x'");
    },
  });
  await expect(connection.domains.lookupByName('x')).rejects.toMatchObject({
    code: 'NO_DOMAIN',
    procedure: 'domainLookupByName',
    message: "no domain with matching name 'x'",
    number: 42,
    level: 'error',
  });
  await expect(connection.call('connectGetHostname')).rejects.toMatchObject({ code: 'NO_SUPPORT' });
});

test('replies may come in any order', async () => {
  const replies: (() => void)[] = [];
  const { connection, peer } = await open({
    domainLookupByName: ({ name }) => new Promise((resolve) => replies.push(() => resolve({ dom: { ...dom, name } }))),
  });
  const calls = ['a', 'b', 'c'].map((name) => connection.domains.lookupByName(name));
  await peer.until(() => replies.length === 3);
  for (const reply of replies.reverse()) reply();
  expect((await Promise.all(calls)).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});

test('no more calls are under way than the daemon takes; the rest waits its turn', async () => {
  let running = 0;
  let most = 0;
  const { connection } = await open({
    connectGetHostname: async () => {
      most = Math.max(most, ++running);
      await turn();
      running--;
      return { hostname: 'host' };
    },
  });
  const names = await Promise.all(Array.from({ length: 30 }, () => connection.host.getHostname()));
  expect(names).toEqual(Array(30).fill('host'));
  expect(most).toBe(5);
});

test('calls that hang leave a slot to those that never wait for a guest', async () => {
  const { connection, peer } = await open({
    domainGetInfo: () => new Promise(() => undefined),
    domainGetState: () => ({ state: 1, reason: 1 }),
    domainLookupByName: ({ name }) => ({ dom: { ...dom, name } }),
  });
  const domain = connection.domains.reference(dom);
  const hung = Array.from({ length: 20 }, () => domain.getInfo());
  expect(await domain.getState()).toEqual({ state: 'RUNNING', reason: 'BOOTED' });
  const names = await Promise.all(Array.from({ length: 50 }, (_, n) => connection.domains.lookupByName(`${n}`)));
  expect(names).toHaveLength(50);
  expect(peer.calls.filter((call) => call === 'domainGetInfo')).toHaveLength(4);
  await connection.close();
  for (const { status } of await Promise.allSettled(hung)) expect(status).toBe('rejected');
});

test('where all slots are taken, calls go over other connections, as many as are allowed', async () => {
  const gate = Promise.withResolvers<void>();
  const { connection, server } = await open(
    {
      domainGetInfo: async () => {
        await gate.promise;
        return info;
      },
      connectDomainEventCallbackRegisterAny: () => ({ callbackID: 1 }),
    },
    { maxConnections: 3 },
  );
  const domain = connection.domains.reference(dom);
  const calls = Array.from({ length: 20 }, () => domain.getInfo());
  const asked = () => server.peers.map(({ calls }) => calls.filter((call) => call === 'domainGetInfo').length);
  for (let turns = 0; turns < 10_000 && asked()[2] !== 4; turns++) await turn();
  expect(asked()).toEqual([4, 4, 4]);
  // What belongs to this connection waits for it.
  await connection.events.subscribe(['domain-reboot']);
  gate.resolve();
  expect(await Promise.all(calls)).toHaveLength(20);
  await connection.close();
  expect(server.peers.map(({ calls }) => calls.at(-1))).toEqual(['connectClose', 'connectClose', 'connectClose']);
});

test('a call waits for another connection no longer than for its own, and where none opens, here', async () => {
  let opened = 0;
  const server = new ProtocolServer({ domainGetInfo: () => new Promise(() => undefined) });
  const never = new Promise<never>(() => undefined);
  const connection = await connect({
    uri: 'test:///default',
    transport: (signal, enter) => (opened++ === 0 ? server.transport(signal, enter) : never),
    maxInFlight: 1,
    maxConnections: 2,
    connectDeadlineMs: 50,
  });
  const domain = connection.domains.reference(dom);
  const hung = domain.getInfo();
  await expect(domain.getInfo({ deadlineMs: 5 })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  const controller = new AbortController();
  const waiting = domain.getInfo({ signal: controller.signal });
  controller.abort();
  await expect(waiting).rejects.toEqual(code('ABORTED'));
  server.peers[0]!.socket.end();
  await expect(hung).rejects.toEqual(code('CONNECTION_LOST'));
  await expect(domain.getInfo()).rejects.toEqual(code('CONNECTION_LOST'));
});

test('a driver that knows each connection alone is asked over one', async () => {
  const server = new ProtocolServer({ domainScreenshot: () => ({ mime: 'image/png' }), domainGetInfo: () => info });
  const uri = 'test:///srv/host.xml';
  const connection = await connect({ uri, transport: server.transport, maxInFlight: 1, maxConnections: 5 });
  const domain = connection.domains.reference(dom);
  await Promise.all([domain.getInfo(), domain.getInfo(), domain.screenshot()]);
  expect(server.peers).toHaveLength(1);
});

test('an aborted call frees its caller at once, its slot with the late reply', async () => {
  const late = Promise.withResolvers<void>();
  const { connection, peer } = await open(
    {
      connectGetHostname: async () => {
        await late.promise;
        return { hostname: 'late' };
      },
      connectGetType: () => ({ type: 'Test' }),
    },
    { maxInFlight: 1 },
  );
  const controller = new AbortController();
  const hung = connection.host.getHostname({ signal: controller.signal });
  await peer.until(() => peer.calls.includes('connectGetHostname'));
  const next = connection.host.getType();
  controller.abort();
  await expect(hung).rejects.toEqual(code('ABORTED'));
  expect(peer.calls).not.toContain('connectGetType');
  late.resolve();
  expect(await next).toBe('Test');
  expect(connection.isOpen).toBe(true);
});

test('a call that waits for its turn can be aborted and is never sent', async () => {
  const gate = Promise.withResolvers<void>();
  const { connection, peer } = await open(
    {
      connectGetHostname: async () => {
        await gate.promise;
        return { hostname: 'first' };
      },
    },
    { maxInFlight: 1 },
  );
  const first = connection.host.getHostname();
  const controller = new AbortController();
  const second = connection.host.getType({ signal: controller.signal });
  controller.abort();
  await expect(second).rejects.toEqual(code('ABORTED'));
  gate.resolve();
  expect(await first).toBe('first');
  expect(peer.calls).not.toContain('connectGetType');
  await expect(connection.host.getType({ signal: AbortSignal.abort() })).rejects.toEqual(code('ABORTED'));
});

test('a deadline ends the wait for one call, not the connection', async () => {
  const { connection } = await open({
    domainGetInfo: () => new Promise(() => undefined),
    connectGetType: () => ({ type: 'Test' }),
  });
  await expect(connection.domains.reference(dom).getInfo({ deadlineMs: 5 })).rejects.toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    procedure: 'domainGetInfo',
  });
  expect(await connection.host.getType()).toBe('Test');
});

test('a lost connection wakes every waiter: running, queued, and those who come later', async () => {
  const { connection, peer } = await open({ connectGetHostname: () => new Promise(() => undefined) });
  const calls = Array.from({ length: 8 }, () => connection.host.getHostname());
  const subscriptionError = connection.closed;
  await peer.until(() => peer.calls.length >= 8);
  peer.socket.end();
  for (const result of await Promise.allSettled(calls)) {
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CONNECTION_LOST' } });
  }
  expect(await subscriptionError).toMatchObject({ code: 'CONNECTION_LOST' });
  expect(connection.isOpen).toBe(false);
  await expect(connection.host.getHostname()).rejects.toEqual(code('CONNECTION_LOST'));
  await connection.close();
});

test('a malformed packet ends its connection with a clear error', async () => {
  const { connection, peer } = await open({ connectGetHostname: () => new Promise(() => undefined) });
  const call = connection.host.getHostname();
  await peer.until(() => peer.calls.includes('connectGetHostname'));
  peer.socket.write(Buffer.from('GET / HTTP/1.0\r\n\r\n'));
  await expect(call).rejects.toEqual(code('MALFORMED_PACKET'));
  expect(await connection.closed).toEqual(code('MALFORMED_PACKET'));
});

test('a reply of the wrong shape names procedure and offset', async () => {
  const { connection, peer } = await open();
  const call = connection.domains.lookupByName('x');
  await peer.until(() => peer.calls.includes('domainLookupByName'));
  await expect(call).rejects.toEqual(code('NO_SUPPORT'));

  const broken = await open({ domainGetInfo: () => new Promise(() => undefined) });
  const second = broken.connection.domains.reference(dom).getInfo();
  await broken.peer.until(() => broken.peer.calls.includes('domainGetInfo'));
  const reply = { program: 0x20008086, procedure: 16, type: 1, serial: 4, status: 0 };
  broken.peer.send(reply, (writer) => writer.int(1));
  await expect(second).rejects.toMatchObject({ code: 'MALFORMED_PACKET', procedure: 'domainGetInfo', byteOffset: 4 });
});

test('a daemon that counts more CPUs than it tells of is not believed', async () => {
  const { connection } = await open({
    nodeGetCPUMap: () => ({ cpumap: Uint8Array.of(0b101), online: 2, ret: 0x7fff_ffff }),
  });
  expect(await connection.host.getCPUMap()).toEqual({ present: 0x7fff_ffff, online: [0, 2] });
});

test('a subscription ends with its connection, also one without kinds, and none begins after it', async () => {
  const { connection, peer } = await open();
  const events = await connection.events.subscribe([]);
  const next = events.next();
  peer.socket.end();
  await expect(next).rejects.toEqual(code('CONNECTION_LOST'));
  await expect(connection.events.subscribe([])).rejects.toEqual(code('CONNECTION_LOST'));
});

test('closing says goodbye and wakes who still waits', async () => {
  const { connection, peer } = await open({ connectGetHostname: () => new Promise(() => undefined) });
  const call = connection.host.getHostname();
  const ended = expect(call).rejects.toEqual(code('CONNECTION_CLOSED'));
  await connection.close();
  await ended;
  expect(peer.calls).toContain('connectClose');
});

test('a ping is answered; silence after our own pings ends the connection', async () => {
  const { peer } = await open();
  peer.ping();
  await peer.until(() => peer.pongs === 1);

  const silent = await open({}, { keepalive: { intervalMs: 5, count: 2 } });
  expect(await silent.connection.closed).toMatchObject({ code: 'CONNECTION_LOST' });
  expect(silent.peer.pings).toBeGreaterThanOrEqual(1);
});

test('connecting obeys its deadline and its signal', async () => {
  const never = {
    uri: 'test:///default',
    transport: (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  };
  await expect(connect({ ...never, connectDeadlineMs: 5 })).rejects.toEqual(code('DEADLINE_EXCEEDED'));
  const controller = new AbortController();
  const attempt = connect({ ...never, signal: controller.signal });
  controller.abort();
  await expect(attempt).rejects.toEqual(code('ABORTED'));
  await expect(connect({ uri: 'test:///default?socket=/nowhere/at/all' })).rejects.toEqual(code('CONNECTION_FAILED'));
});

test('an attempt lets go of its signal, and tells where a packet was wrong', async () => {
  const { signal } = new AbortController();
  const { connection } = await open({}, { signal });
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  await connection.close();
  await expect(open({ authList: () => ({ types: [99] }) }, { signal })).rejects.toEqual(code('AUTH_UNAVAILABLE'));
  const authList = (_: unknown, peer: ServerPeer) => {
    peer.socket.write(Buffer.alloc(4));
    return { types: [] };
  };
  const hostile = open({ authList }, { signal });
  await expect(hostile).rejects.toMatchObject({ code: 'MALFORMED_PACKET', phase: 'authentication', byteOffset: 0 });
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('events reach those who subscribed to them, by registration', async () => {
  const { connection, peer } = await open({
    connectDomainEventCallbackRegisterAny: ({ eventID }) => ({ callbackID: 100 + eventID }),
    connectDomainEventCallbackDeregisterAny: () => undefined,
  });
  const lifecycle = await connection.events.subscribe(['domain-lifecycle']);
  const reboot = await connection.events.subscribe(['domain-reboot', 'network-lifecycle'], { skipUnsupported: true });
  expect(reboot.kinds).toEqual(['domain-reboot']);
  peer.emit('domainEventCallbackLifecycle', { callbackID: 100, msg: { dom, event: 2, detail: 0 } });
  peer.emit('domainEventCallbackReboot', { callbackID: 101, msg: { dom } });
  expect(await lifecycle.next()).toEqual({ kind: 'domain-lifecycle', domain: dom, event: 'STARTED', detail: 'BOOTED' });
  expect(await reboot.next()).toEqual({ kind: 'domain-reboot', domain: dom });
  await lifecycle.close();
  expect(await lifecycle.next()).toBeUndefined();
  expect(peer.calls.at(-1)).toBe('connectDomainEventCallbackDeregisterAny');
  peer.socket.end();
  await expect(reboot.next()).rejects.toEqual(code('CONNECTION_LOST'));
  await reboot.close();
});

test('an event that overtakes the reply to its registration is not lost', async () => {
  const { connection } = await open({
    connectDomainEventCallbackRegisterAny: (_, peer) => {
      peer.emit('domainEventCallbackReboot', { callbackID: 9, msg: { dom } });
      return { callbackID: 9 };
    },
  });
  const subscription = await connection.events.subscribe(['domain-reboot']);
  expect(await subscription.next()).toEqual({ kind: 'domain-reboot', domain: dom });
});

test('two who want the same share one registration, which the last one to leave gives back', async () => {
  let registered = 0;
  const { connection, peer } = await open({
    connectDomainEventCallbackRegisterAny: () => {
      // As a daemon does.
      if (registered++ > 0) throw new ServerFailure('INVALID_ARG', 'event callback already tracked');
      return { callbackID: 4 };
    },
    connectDomainEventCallbackDeregisterAny: () => void registered--,
    connectGetType: () => ({ type: 'Test' }),
  });
  const [first, second] = await Promise.all([1, 2].map(() => connection.events.subscribe(['domain-reboot'])));
  peer.emit('domainEventCallbackReboot', { callbackID: 4, msg: { dom } });
  for (const subscription of [first, second]) expect(await subscription!.next()).toMatchObject({ domain: dom });
  await first!.close();
  peer.emit('domainEventCallbackReboot', { callbackID: 4, msg: { dom } });
  expect(await second!.next()).toMatchObject({ domain: dom });
  // Asked for again while it is being given back.
  const leaving = second!.close();
  const third = await connection.events.subscribe(['domain-reboot']);
  await leaving;
  peer.emit('domainEventCallbackReboot', { callbackID: 4, msg: { dom } });
  expect(await third.next()).toMatchObject({ domain: dom });
  expect(registered).toBe(1);
});

test('a subscription given up while it registers leaves nothing behind', async () => {
  const gate = Promise.withResolvers<{ callbackID: number }>();
  const { connection, peer } = await open({
    connectDomainEventCallbackRegisterAny: () => gate.promise,
    connectDomainEventCallbackDeregisterAny: () => undefined,
  });
  const controller = new AbortController();
  const given = connection.events.subscribe(['domain-reboot'], { signal: controller.signal });
  const kept = connection.events.subscribe(['domain-reboot']);
  await peer.until(() => peer.calls.includes('connectDomainEventCallbackRegisterAny'));
  controller.abort();
  for (const signal of [AbortSignal.abort(), controller.signal]) {
    await expect(connection.events.subscribe(['domain-reboot'], { signal })).rejects.toEqual(code('ABORTED'));
  }
  await expect(given).rejects.toEqual(code('ABORTED'));
  gate.resolve({ callbackID: 8 });
  await (await kept).close();
  expect(peer.calls.filter((call) => call.startsWith('connectDomainEventCallback'))).toEqual([
    'connectDomainEventCallbackRegisterAny',
    'connectDomainEventCallbackDeregisterAny',
  ]);
});

test('who does not take events in time is told how many are missing, and where', async () => {
  const { connection, peer } = await open({
    connectDomainEventCallbackRegisterAny: () => ({ callbackID: 1 }),
    connectGetType: () => ({ type: 'Test' }),
  });
  const subscription = await connection.events.subscribe(['domain-reboot'], { capacity: 2 });
  for (let id = 0; id < 5; id++)
    peer.emit('domainEventCallbackReboot', { callbackID: 1, msg: { dom: { ...dom, id } } });
  await connection.host.getType();
  expect(await subscription.next()).toMatchObject({ domain: { id: 0 } });
  expect(await subscription.next()).toMatchObject({ domain: { id: 1 } });
  expect(await subscription.next()).toEqual({ kind: 'overflow', lost: 3 });
});

test('a call from the loop over events does not block', async () => {
  const { connection, peer } = await open({
    connectDomainEventCallbackRegisterAny: () => ({ callbackID: 1 }),
    connectDomainEventCallbackDeregisterAny: () => undefined,
    domainGetInfo: () => info,
  });
  const subscription = await connection.events.subscribe(['domain-reboot']);
  peer.emit('domainEventCallbackReboot', { callbackID: 1, msg: { dom } });
  for await (const event of subscription) {
    if (event.kind === 'domain-reboot')
      expect((await connection.domains.reference(event.domain).getInfo()).vcpus).toBe(2);
    break;
  }
  await peer.until(() => peer.calls.includes('connectDomainEventCallbackDeregisterAny'));
});

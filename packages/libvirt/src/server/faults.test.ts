/** Each fault gives a client one clear error, wakes all who wait, and is nothing to other connections. */
import { afterAll, beforeEach, expect, test } from 'vitest';
import { type Connection, connect } from '../connection.ts';
import type { Fault, Malformation } from './faults.ts';
import { Simulation } from './simulation/simulation.ts';

const simulation = new Simulation({ hosts: 2, domainsPerHost: 3, log: () => undefined });
afterAll(() => simulation.close());
const [host, otherHost] = [simulation.host(0), simulation.host(1)];
const open = (index = 0, more = {}) =>
  connect({ uri: `test:///host-${index}`, transport: simulation.transport, ...more });

beforeEach(() => {
  host.faults.clear();
});

/** A second connection to the host and one to another host answer all the same. */
async function othersLive(): Promise<void> {
  for (const index of [0, 1]) {
    await using connection = await open(index);
    expect(await connection.host.getType()).toBe('Simulation');
  }
}

/** A call that fails, and one that waits beside it: both wake, each with its own name. */
async function failing(connection: Connection, fault: Fault) {
  host.faults.set('connectGetHostname', { kind: 'hung' });
  host.faults.set('connectListAllDomains', fault);
  const bystander = connection.host.getHostname().catch((error: unknown) => error);
  const failed = connection.domains.list().catch((error: unknown) => error);
  return { failed, bystander };
}

const malformations: [Malformation, object][] = [
  ['frame-length-0', { byteOffset: 0, message: expect.stringContaining('frame of 0 bytes') }],
  ['frame-length-4-gib', { byteOffset: 0, message: expect.stringContaining('frame of 4294967295 bytes') }],
  ['wrong-program', { byteOffset: 4, message: expect.stringContaining('program') }],
  [
    'truncated',
    { byteOffset: expect.any(Number), message: expect.stringMatching(/4 bytes wanted, 0 left at byte \d+/) },
  ],
  ['list-over-limit', { byteOffset: 4, message: expect.stringContaining('length 4294967295 above the limit') }],
];

test.each(malformations)('%s', async (how, error) => {
  const connection = await open();
  const { failed, bystander } = await failing(connection, { kind: 'malformed', how });
  expect(await failed).toMatchObject({ code: 'MALFORMED_PACKET', procedure: 'connectListAllDomains', ...error });
  expect(await bystander).toMatchObject({ code: 'MALFORMED_PACKET', procedure: 'connectGetHostname' });
  expect(await connection.closed).toMatchObject({ code: 'MALFORMED_PACKET' });
  await othersLive();
});

test('bad-utf8: a text is bytes, and comes as it was sent', async () => {
  await using connection = await open();
  host.faults.set('connectListAllDomains', { kind: 'malformed', how: 'bad-utf8' });
  const names = (await connection.domains.list()).map(({ name }) => name);
  expect(names).toEqual(['\udcffost-0-vm-0', 'host-0-vm-1', 'host-0-vm-2']);
  await expect(connection.domains.lookupByName(names[0]!)).rejects.toMatchObject({ code: 'NO_DOMAIN' });
});

test.each([0, 3, 20, 40])('dropped after %i bytes', async (afterBytes) => {
  const connection = await open();
  const { failed, bystander } = await failing(connection, { kind: 'dropped', afterBytes });
  expect(await failed).toMatchObject({ code: 'CONNECTION_LOST', procedure: 'connectListAllDomains' });
  expect(await bystander).toMatchObject({ code: 'CONNECTION_LOST', procedure: 'connectGetHostname' });
  await othersLive();
});

test('hung: the deadline ends the wait, and with enough of them the connection takes no more', async () => {
  const connection = await open();
  host.faults.set('*', { kind: 'hung' });
  const calls = Array.from({ length: 8 }, () => connection.host.getType({ deadlineMs: 20 }));
  for (const call of calls) {
    await expect(call).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', procedure: 'connectGetType' });
  }
  host.faults.clear();
  await othersLive();
  await connection.close();
});

test('slow: late, but right; quick calls overtake it', async () => {
  const connection = await open();
  host.faults.set('connectListAllDomains', { kind: 'slow', delayMs: 20 });
  const order: string[] = [];
  const slow = connection.domains.list().then((list) => order.push(`list of ${list.length}`));
  await connection.host.getType().then((type) => order.push(type));
  await slow;
  expect(order).toEqual(['Simulation', 'list of 3']);
  await connection.close();
});

test('error: any of libvirt’s, for one procedure or for all that have no fault of their own', async () => {
  const connection = await open();
  host.faults.set('*', { kind: 'error', code: 'AGENT_UNRESPONSIVE', message: 'guest agent is not connected' });
  host.faults.set('connectGetType', { kind: 'error', code: 'NO_SUPPORT' });
  await expect(connection.host.getHostname()).rejects.toMatchObject({
    code: 'AGENT_UNRESPONSIVE',
    number: 86,
    procedure: 'connectGetHostname',
    message: 'guest agent is not connected',
  });
  await expect(connection.host.getType()).rejects.toMatchObject({ code: 'NO_SUPPORT', procedure: 'connectGetType' });
  host.faults.clear('*');
  expect(await connection.host.getHostname()).toBe('host-0.simulation.invalid');
  expect(otherHost.faults.of('connectGetType')).toBeUndefined();
  await connection.close();
});

test('a result that cannot be spoiled in that way says so', async () => {
  const connection = await open();
  host.faults.set('connectGetVersion', { kind: 'malformed', how: 'bad-utf8' });
  await expect(connection.host.getVersion()).rejects.toThrow('there is no text in the result');
  host.faults.set('connectGetVersion', { kind: 'malformed', how: 'list-over-limit' });
  await expect(connection.host.getVersion()).rejects.toThrow('the result begins with no list or text');
  await connection.close();
});

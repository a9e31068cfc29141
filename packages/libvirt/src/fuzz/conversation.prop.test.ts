/**
 * What a client hears, in any pieces, in any order, up to any byte: whoever was answered has his own answer, whoever gave up
 * has given up, and everybody else learns that the daemon went.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Connection } from '../connection.ts';
import type { LibvirtError } from '../errors.ts';
import { eventMessages } from '../generated/events.ts';
import { procedures } from '../generated/procedures.ts';
import { encodeFrame, MessageStatus, MessageType } from '../rpc/frame.ts';
import { XdrWriter } from '../xdr/index.ts';
import { HostileDaemon } from './hostile-daemon.ts';
import { DirectWire, UnixWires, type Wire } from './wire.ts';

const uuid = '6695eb01-f6a4-8304-79aa-97f2502e193f';
const args = { vol: { pool: 'p', name: 'v', key: 'k' }, offset: 0, length: 0, flags: 0 };
const { domainLookupByName, storageVolDownload } = procedures;
const { domainEventCallbackReboot } = eventMessages;
const writer = new XdrWriter();

interface Heard {
  readonly frame: Buffer;
  /** The call that it answers, the event's domain, or stream data. */
  readonly answers?: number;
  readonly event?: string;
  readonly data?: Buffer;
}

function answer(call: number, serial: number): Heard {
  const header = { program: domainLookupByName.program, procedure: domainLookupByName.number, serial };
  const frame = encodeFrame(writer, 'x', { ...header, type: MessageType.REPLY, status: MessageStatus.OK }, (to) =>
    domainLookupByName.encodeRet(to, { dom: { name: `vm-${call}`, uuid, id: call } }),
  );
  return { frame: Buffer.from(frame), answers: call };
}

function event(name: string): Heard {
  const { program, number, encode } = domainEventCallbackReboot;
  const header = { program, procedure: number, type: MessageType.MESSAGE, serial: 0, status: MessageStatus.OK };
  const frame = encodeFrame(writer, 'x', header, (to) =>
    encode(to, { callbackID: 1, msg: { dom: { name, uuid, id: 1 } } }),
  );
  return { frame: Buffer.from(frame), event: name };
}

function packet(data: Buffer, serial: number): Heard {
  const header = { program: storageVolDownload.program, procedure: storageVolDownload.number, serial };
  const place = { ...header, type: MessageType.STREAM, status: MessageStatus.CONTINUE };
  return { frame: Buffer.from(encodeFrame(writer, 'x', place, (to) => to.raw(data))), data };
}

const conversations = fc.record({
  calls: fc.integer({ min: 1, max: 9 }),
  /** Calls that are given up before anything is heard. */
  givenUp: fc.uniqueArray(fc.nat(8)),
  events: fc.array(fc.string({ maxLength: 12 }), { maxLength: 5 }),
  packets: fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 5 }),
  /** A permutation: sorts what is heard. */
  order: fc.array(fc.nat(1000), { minLength: 30, maxLength: 30 }),
  /** Sizes of pieces, used again and again; whether the client has a turn after each. */
  pieces: fc.array(fc.record({ size: fc.integer({ min: 1, max: 400 }), pause: fc.boolean() }), { minLength: 1 }),
  /** The part of all bytes that comes, in thousandths. */
  heardOf1000: fc.oneof(fc.constant(1000), fc.nat(1000)),
  end: fc.constantFrom('end of file', 'reset', 'gone'),
});

type Conversation = typeof conversations extends fc.Arbitrary<infer Value> ? Value : never;

async function hold(wire: Wire, conversation: Conversation): Promise<void> {
  const daemon = new HostileDaemon(wire);
  const connection = new Connection({ keepalive: false, maxInFlight: 64 }, wire.socket);
  const subscription = await connection.events.subscribe(['domain-reboot']);
  const { stream } = await connection.openStream('storageVolDownload', args, { ownConnection: false });
  const serials: number[] = [];
  const all = Promise.withResolvers<void>();
  daemon.hold('domainLookupByName', (serial) => {
    if (serials.push(serial) === conversation.calls) all.resolve();
  });
  const controllers = Array.from({ length: conversation.calls }, () => new AbortController());
  const results = Promise.allSettled(
    controllers.map(({ signal }, call) => connection.domains.lookupByName(`vm-${call}`, { signal })),
  );
  await all.promise;
  for (const call of conversation.givenUp) controllers[call]?.abort();

  const spoken = [
    ...serials.map((serial, call) => answer(call, serial)),
    ...conversation.events.map(event),
    ...conversation.packets.map((data) => packet(Buffer.from(data), daemon.streamSerial)),
  ];
  const order = spoken.map((heard, index) => ({ heard, key: conversation.order[index] ?? index }));
  const inOrder = order.sort((a, b) => a.key - b.key).map(({ heard }) => heard);
  const bytes = Buffer.concat(inOrder.map(({ frame }) => frame));
  const length = Math.floor((bytes.length * conversation.heardOf1000) / 1000);
  for (let at = 0, n = 0; at < length; n++) {
    const { size, pause } = conversation.pieces[n % conversation.pieces.length]!;
    wire.deliver(bytes.subarray(at, Math.min(at + size, length)));
    at += size;
    if (pause && n < 200) await turn();
  }
  wire.end(conversation.end);

  const heard = inOrder.slice(0, wholeFrames(inOrder, length));
  for (const [call, result] of (await results).entries()) {
    if (conversation.givenUp.includes(call)) expect(result).toMatchObject({ reason: { code: 'ABORTED' } });
    else if (!heard.some(({ answers }) => answers === call))
      expect(result).toMatchObject({ reason: { code: 'CONNECTION_LOST' } });
    else expect(result).toMatchObject({ value: { name: `vm-${call}`, ref: { id: call } } });
  }
  expect(await taken(async () => (await subscription.next()) as { domain: { name: string } })).toEqual(
    heard.flatMap(({ event: name }) =>
      name === undefined ? [] : [expect.objectContaining({ domain: { name, uuid, id: 1 } })],
    ),
  );
  expect(await taken(() => stream.read())).toEqual(heard.flatMap(({ data }) => (data ? [{ data }] : [])));
  expect(await connection.closed).toMatchObject({ code: 'CONNECTION_LOST' });
}

/** How many of them lie in the first `length` bytes to their end. */
function wholeFrames(spoken: readonly Heard[], length: number): number {
  let left = length;
  const first = spoken.findIndex(({ frame }) => {
    left -= frame.length;
    return left < 0;
  });
  return first < 0 ? spoken.length : first;
}

/** All items until the end, which must be the connection's. */
async function taken<Item>(next: () => Promise<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for (;;) {
    try {
      items.push(await next());
    } catch (error) {
      expect((error as LibvirtError).code).toBe('CONNECTION_LOST');
      return items;
    }
  }
}

let folder: string;
let sockets: UnixWires;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domus-talk-'));
  sockets = await UnixWires.listen(join(folder, 'socket'));
});

afterAll(async () => {
  await sockets.close();
  await rm(folder, { recursive: true });
});

test('however it is heard, each has his own answer', async () => {
  await fc.assert(
    fc.asyncProperty(conversations, (conversation) => hold(new DirectWire(), conversation)),
    { numRuns: 300 },
  );
});

test('through the kernel and a buffer that is used again, too', async () => {
  await fc.assert(
    fc.asyncProperty(conversations, async (conversation) => hold(await sockets.open(), conversation)),
    { numRuns: 60 },
  );
});

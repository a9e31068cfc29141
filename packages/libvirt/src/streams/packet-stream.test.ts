/** Streams that go wrong: daemons that hang, flood or do not confirm, and readers that give up. */
import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { connect } from '../connection.ts';
import { writeNetMessageError } from '../generated/net.ts';
import { procedures } from '../generated/procedures.ts';
import { MessageStatus, MessageType } from '../rpc/frame.ts';
import { glued } from '../testing/glued.ts';
import { type Handlers, ProtocolServer, ServerFailure, type ServerPeer } from '../testing/protocol-server.ts';
import { toDuplex } from './node-streams.ts';

const { OK, ERROR, CONTINUE } = MessageStatus;
const args = { vol: { pool: 'p', name: 'v', key: 'k' }, offset: 0, length: 0, flags: 0 };
const shared = { ownConnection: false };
const chunk = Buffer.alloc(100_000);

async function open(handlers: Handlers = {}) {
  const server = new ProtocolServer({
    storageVolDownload: () => undefined,
    storageVolUpload: () => undefined,
    connectGetType: () => ({ type: 'Test' }),
    ...handlers,
  });
  const connection = await connect({ uri: 'test:///default', transport: server.transport, deadlineMs: 2000 });
  return { server, connection, peer: server.peers[0]! };
}

function fail(peer: ServerPeer, serial: number): void {
  const { program, number } = procedures.storageVolDownload;
  const none = { dom: null, str1: null, str2: null, str3: null, int1: 0, int2: 0, net: null };
  peer.send({ program, procedure: number, type: MessageType.STREAM, serial, status: ERROR }, (writer) =>
    writeNetMessageError(writer, { code: 38, domain: 38, message: 'disk gone', level: 2, ...none }),
  );
}

/** Sends until the client takes no more; resolves to how many packets it took. */
async function fill(peer: ServerPeer, serial: number, data: Buffer = chunk, most = 200): Promise<number> {
  for (let sent = 0; sent < most; sent++) {
    peer.stream('storageVolDownload', serial, CONTINUE, data);
    for (let turns = 0; turns < 20 && peer.socket.writableNeedDrain; turns++) await turn();
    if (peer.socket.writableNeedDrain) return sent;
  }
  return most;
}

test('a signal is let go when a stream does not open', async () => {
  const { connection } = await open({
    storageVolDownload: () => {
      throw new ServerFailure('NO_STORAGE_VOL', 'none');
    },
  });
  const { signal } = new AbortController();
  for (const options of [{ ...shared, signal }, { signal }]) {
    const opening = connection.openStream('storageVolDownload', args, options);
    await expect(opening).rejects.toMatchObject({ code: 'NO_STORAGE_VOL' });
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('giving up while a stream opens does not wait for a daemon that hangs', async () => {
  const { connection, server } = await open({
    storageVolDownload: () => new Promise(() => undefined),
    connectClose: () => new Promise(() => undefined),
  });
  const controller = new AbortController();
  const opening = connection.openStream('storageVolDownload', args, { signal: controller.signal });
  const refused = expect(opening).rejects.toMatchObject({ code: 'ABORTED' });
  while (!server.peers[1]?.calls.includes('storageVolDownload')) await turn();
  controller.abort();
  await refused;
  // Its goodbye is still under way.
  expect(server.peers[1].socket.readableEnded).toBe(false);
});

test('one stream that goes on does not unblock another that is full', async () => {
  const { connection, peer } = await open();
  const first = (await connection.openStream('storageVolDownload', args, shared)).stream;
  const second = (await connection.openStream('storageVolDownload', args, shared)).stream;
  glued(peer, () => {
    for (let n = 0; n < 12; n++) peer.stream('storageVolDownload', 4, CONTINUE, chunk);
    for (let n = 0; n < 12; n++) peer.stream('storageVolDownload', 5, CONTINUE, chunk);
  });
  for (let n = 0; n < 12; n++) await second.read();
  expect(await fill(peer, 4)).toBeLessThan(30);
  first.abort();
  expect(await connection.host.getType()).toBe('Test');
});

test('a stream that failed while it was full does not hold up the connection', async () => {
  const { connection, peer } = await open();
  const { stream } = await connection.openStream('storageVolDownload', args, shared);
  await turn();
  glued(peer, () => {
    for (let n = 0; n < 12; n++) peer.stream('storageVolDownload', 4, CONTINUE, chunk);
    fail(peer, 4);
  });
  expect(await connection.host.getType()).toBe('Test');
  for (let n = 0; n < 12; n++) expect(await stream.read()).toEqual({ data: chunk });
  await expect(stream.read()).rejects.toMatchObject({ message: 'disk gone' });
});

test.each([
  ['tiny packets', (peer: ServerPeer) => peer.stream('storageVolDownload', 4, CONTINUE, Buffer.from('x'))],
  ['holes', (peer: ServerPeer) => peer.streamHole('storageVolDownload', 4, 1)],
])('%s fill memory too', async (_, send) => {
  const { connection, peer } = await open();
  await connection.openStream('storageVolDownload', args, shared);
  let sent = 0;
  while (sent < 100_000 && !peer.socket.writableNeedDrain) {
    for (let n = 0; n < 100; n++) send(peer);
    sent += 100;
    for (let turns = 0; turns < 20 && peer.socket.writableNeedDrain; turns++) await turn();
  }
  expect(sent).toBeLessThan(20_000);
  await connection.close();
});

test('a small packet does not keep the large piece alive in which it came', async () => {
  const { connection, peer } = await open();
  const { stream } = await connection.openStream('storageVolDownload', args, shared);
  glued(peer, () => {
    peer.stream('storageVolDownload', 4, CONTINUE, Buffer.from('x'));
    const event = { program: 0x2000_8086, procedure: 999, type: MessageType.MESSAGE, serial: 0, status: 0 };
    peer.send(event, (writer) => writer.raw(Buffer.alloc(1_000_000)));
  });
  const packet = await stream.read();
  expect(packet).toEqual({ data: Buffer.from('x') });
  expect((packet as { data: Buffer }).data.buffer.byteLength).toBeLessThan(100_000);
});

test('data without end before the reply that opens the stream is refused', async () => {
  const { connection, peer } = await open({ storageVolDownload: () => new Promise(() => undefined) });
  const opening = connection.openStream('storageVolDownload', args, shared);
  await peer.until(() => peer.calls.includes('storageVolDownload'));
  for (let n = 0; n < 200; n++) peer.stream('storageVolDownload', 4, CONTINUE, chunk);
  await expect(opening).rejects.toMatchObject({ code: 'MALFORMED_PACKET', procedure: 'storageVolDownload' });
});

test('giving up wakes a writer that the daemon holds back', async () => {
  const { connection, peer } = await open();
  const { stream } = await connection.openStream('storageVolUpload', args, shared);
  peer.socket.pause();
  const write = stream.write(Buffer.alloc(10_000_000));
  const refused = expect(write).rejects.toMatchObject({ code: 'ABORTED' });
  await turn();
  stream.abort();
  await refused;
});

test('many writers may be held back on one connection', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  const { connection, peer } = await open();
  const opened = await Promise.all(
    Array.from({ length: 20 }, () => connection.openStream('storageVolUpload', args, shared)),
  );
  peer.socket.pause();
  const writes = opened.map(({ stream }) => stream.write(Buffer.alloc(300_000)));
  await turn();
  peer.socket.resume();
  await Promise.all(writes);
  process.off('warning', note);
  expect(warnings).toEqual([]);
});

test('a connection of its own is closed even if the daemon never confirms that the stream was given up', async () => {
  const { connection, server } = await open();
  const { stream } = await connection.openStream('storageVolDownload', args);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  stream.abort();
  vi.advanceTimersByTime(10_000);
  vi.useRealTimers();
  const peer = server.peers[1]!;
  await peer.until(() => peer.calls.includes('connectClose'));
});

test('however many read, all are woken', async () => {
  const { connection, peer } = await open();
  const { stream } = await connection.openStream('storageVolDownload', args, shared);
  const reads = [stream.read(), stream.read(), stream.read()];
  peer.stream('storageVolDownload', 4, CONTINUE, Buffer.from('a'));
  peer.stream('storageVolDownload', 4, OK);
  expect((await Promise.all(reads)).filter((packet) => packet === undefined)).toHaveLength(2);
});

test('a hole of any size costs no memory', async () => {
  const { connection, peer } = await open();
  const { stream } = await connection.openStream('storageVolDownload', args, shared);
  const duplex = toDuplex(stream);
  peer.streamHole('storageVolDownload', 4, 2 ** 52);
  let bytes = 0;
  for await (const zeros of duplex as AsyncIterable<Buffer>) {
    expect(zeros.every((byte) => byte === 0)).toBe(true);
    bytes += zeros.length;
    if (bytes > 1_000_000) break;
  }
  expect(await connection.host.getType()).toBe('Test');
});

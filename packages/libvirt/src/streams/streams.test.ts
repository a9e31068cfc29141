import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import type { ProcedureName } from '../caller.ts';
import { connect } from '../connection.ts';
import { ErrorNumber } from '../generated/enums.ts';
import { writeNetMessageError } from '../generated/net.ts';
import { procedures } from '../generated/procedures.ts';
import { StorageVolume } from '../objects/storage-volumes.ts';
import { MessageStatus, MessageType } from '../rpc/frame.ts';
import { type Handlers, ProtocolServer, type ServerPeer } from '../testing/protocol-server.ts';

const { OK, ERROR, CONTINUE } = MessageStatus;

async function open(handlers: Handlers) {
  const server = new ProtocolServer(handlers);
  const connection = await connect({ uri: 'test:///default', transport: server.transport });
  const volume = new StorageVolume(connection, { pool: 'p', name: 'v', key: 'k' });
  return { server, connection, volume };
}

const statuses = (peer: ServerPeer) => peer.streamPackets.map(({ header }) => header.status);

/** Answers the client's finish or abort as libvirtd does. */
async function confirm(peer: ServerPeer, serial: number, name: ProcedureName = 'storageVolDownload'): Promise<void> {
  await peer.until(() => statuses(peer).some((status) => status !== CONTINUE));
  peer.stream(name, serial, OK);
}

test('a download is the bytes of its packets, holes as zeros, on a connection of its own', async () => {
  const { server, connection, volume } = await open({
    storageVolDownload: (_, peer, serial) => {
      // Data may come before the reply.
      peer.stream('storageVolDownload', serial, CONTINUE, Buffer.from('abc'));
      peer.streamHole('storageVolDownload', serial, 70_000);
      peer.stream('storageVolDownload', serial, CONTINUE, Buffer.from('xyz'));
      peer.stream('storageVolDownload', serial, CONTINUE);
      void confirm(peer, serial);
    },
  });
  const bytes = await buffer(await volume.download());
  expect(bytes.equals(Buffer.concat([Buffer.from('abc'), Buffer.alloc(70_000), Buffer.from('xyz')]))).toBe(true);
  expect(server.peers).toHaveLength(2);
  expect(statuses(server.peers[1]!)).toEqual([OK]);
  await server.peers[1]!.until(() => server.peers[1]!.calls.includes('connectClose'));
  expect(connection.isOpen).toBe(true);
});

test('a sparse download gives holes as holes', async () => {
  const { volume } = await open({
    storageVolDownload: ({ flags }, peer, serial) => {
      expect(flags).toBe(1);
      peer.streamHole('storageVolDownload', serial, 4096);
      peer.stream('storageVolDownload', serial, CONTINUE, Buffer.from('data'));
      peer.stream('storageVolDownload', serial, CONTINUE);
      void confirm(peer, serial);
    },
  });
  const packets = [];
  for await (const packet of await volume.downloadSparse()) packets.push(packet);
  expect(packets).toEqual([{ hole: 4096 }, { data: Buffer.from('data') }]);
});

test('an upload arrives whole, in packets the daemon takes, and waits for its word', async () => {
  const { server, volume } = await open({
    storageVolUpload: (_, peer, serial) => void confirm(peer, serial, 'storageVolUpload'),
  });
  const sent = Buffer.alloc(600_000, 'domus');
  await pipeline([sent], await volume.upload({}, { signal: AbortSignal.timeout(10_000) }));
  const { streamPackets } = server.peers[1]!;
  expect(Buffer.concat(streamPackets.map(({ data }) => data)).equals(sent)).toBe(true);
  expect(Math.max(...streamPackets.map(({ data }) => data.length))).toBe(262_120);
  expect(streamPackets.at(-1)!.header.status).toBe(OK);
});

test('an error of the daemon ends reader and writer', async () => {
  const failure = (peer: ServerPeer, serial: number, name: ProcedureName) => {
    const { program, number } = procedures[name];
    const none = { dom: null, str1: null, str2: null, str3: null, int1: 0, int2: 0, net: null };
    const error = { code: ErrorNumber.WRITE_FAILED, domain: 38, message: 'disk full', level: 2, ...none };
    peer.send({ program, procedure: number, type: MessageType.STREAM, serial, status: ERROR }, (writer) =>
      writeNetMessageError(writer, error),
    );
  };
  const { volume } = await open({
    storageVolUpload: (_, peer, serial) => setImmediate(failure, peer, serial, 'storageVolUpload') && undefined,
    storageVolDownload: (_, peer, serial) => failure(peer, serial, 'storageVolDownload'),
  });
  const upload = await volume.uploadSparse();
  await expect(upload.finish()).rejects.toMatchObject({ code: 'WRITE_FAILED', message: 'disk full' });
  await expect(upload.write(Buffer.from('more'))).rejects.toMatchObject({ code: 'WRITE_FAILED' });
  await expect(buffer(await volume.download())).rejects.toMatchObject({ code: 'WRITE_FAILED' });
});

test('leaving a download aborts it, and what is still under way harms nobody', async () => {
  const { connection, server } = await open({
    storageVolDownload: (_, peer, serial) => peer.stream('storageVolDownload', serial, CONTINUE, Buffer.from('first')),
    connectGetType: () => ({ type: 'Test' }),
  });
  const args = { vol: { pool: 'p', name: 'v', key: 'k' }, offset: 0, length: 0, flags: 0 };
  const { stream } = await connection.openStream('storageVolDownload', args, { ownConnection: false });
  for await (const packet of stream) {
    expect(packet).toEqual({ data: Buffer.from('first') });
    break;
  }
  const peer = server.peers[0]!;
  await peer.until(() => statuses(peer).includes(ERROR));
  const { serial } = peer.streamPackets[0]!.header;
  peer.stream('storageVolDownload', serial, CONTINUE, Buffer.from('late'));
  peer.stream('storageVolDownload', serial, OK);
  expect(await connection.host.getType()).toBe('Test');
});

test('a signal aborts a running stream', async () => {
  const { volume, server } = await open({ storageVolDownload: () => undefined });
  const controller = new AbortController();
  const download = await volume.download({}, { signal: controller.signal });
  const read = buffer(download);
  controller.abort();
  await expect(read).rejects.toMatchObject({ code: 'ABORTED' });
  await server.peers[1]!.until(() => statuses(server.peers[1]!).includes(ERROR));
});

test('a reader that is slow holds the daemon back instead of filling memory', async () => {
  const chunk = Buffer.alloc(100_000);
  let taken = 0;
  const { connection } = await open({
    storageVolDownload: (_, peer, serial) => {
      const send = () => {
        if (taken >= 200) return;
        taken++;
        peer.stream('storageVolDownload', serial, CONTINUE, chunk);
        if (peer.socket.writableNeedDrain) peer.socket.once('drain', send);
        else setImmediate(send);
      };
      setImmediate(send);
    },
    connectGetType: () => ({ type: 'Test' }),
  });
  const args = { vol: { pool: 'p', name: 'v', key: 'k' }, offset: 0, length: 0, flags: 0 };
  const { stream } = await connection.openStream('storageVolDownload', args, { ownConnection: false });
  let before = -1;
  while (taken !== before) {
    before = taken;
    for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(taken).toBeLessThan(50);
  for (let read = 0; read < 200; read++) await stream.read();
  expect(taken).toBe(200);
  stream.abort();
});

test('a lost connection ends its streams', async () => {
  const { volume, server } = await open({ storageVolDownload: () => undefined });
  const read = buffer(await volume.download());
  server.peers[1]!.socket.end();
  await expect(read).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
});

test('a stream given up while it opens is aborted as soon as the daemon has opened it', async () => {
  const opened = Promise.withResolvers<void>();
  const { connection, server } = await open({
    storageVolDownload: () => opened.promise,
    connectGetType: () => ({ type: 'Test' }),
  });
  const peer = server.peers[0]!;
  const controller = new AbortController();
  const args = { vol: { pool: 'p', name: 'v', key: 'k' }, offset: 0, length: 0, flags: 0 };
  const options = { ownConnection: false, signal: controller.signal };
  const opening = connection.openStream('storageVolDownload', args, options);
  await peer.until(() => peer.calls.includes('storageVolDownload'));
  controller.abort();
  await expect(opening).rejects.toMatchObject({ code: 'ABORTED' });
  expect(peer.streamPackets).toEqual([]);
  opened.resolve();
  await peer.until(() => statuses(peer).includes(ERROR));
  peer.stream('storageVolDownload', peer.streamPackets[0]!.header.serial, OK);
  expect(await connection.host.getType()).toBe('Test');
});

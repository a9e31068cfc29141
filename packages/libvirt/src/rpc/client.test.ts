/** What a daemon must not send: each of it ends the connection with an error that tells what, of which procedure, where. */
import type { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { connect } from '../connection.ts';
import { procedures } from '../generated/procedures.ts';
import { glued } from '../testing/glued.ts';
import { ProtocolServer } from '../testing/protocol-server.ts';
import type { Transport } from '../transport/transport.ts';
import type { XdrWriter } from '../xdr/index.ts';
import { type FrameHeader, MessageStatus, MessageType } from './frame.ts';

const never = () => new Promise<never>(() => undefined);
const vol = { pool: 'p', name: 'v', key: 'k' };

/** The serial of the first call after those that open the connection. */
const SERIAL = 4;
const getType = { program: procedures.connectGetType.program, procedure: procedures.connectGetType.number };
const download = { program: procedures.storageVolDownload.program, procedure: procedures.storageVolDownload.number };
const reply = { ...getType, type: MessageType.REPLY, serial: SERIAL, status: MessageStatus.OK };

async function open() {
  const server = new ProtocolServer({ connectGetType: never, storageVolDownload: () => undefined });
  const connection = await connect({ uri: 'test:///default', transport: server.transport });
  return { connection, peer: server.peers[0]! };
}

const text = (value: string) => (writer: XdrWriter) => writer.string(value, 100);

const badReplies: [string, Partial<FrameHeader>, number][] = [
  ['of another program', { program: procedures.qemuDomainAgentCommand.program }, 4],
  ['of another procedure', { procedure: procedures.connectGetHostname.number }, 12],
  ['to a call that was never made', { serial: SERIAL + 1 }, 20],
  ['that says CONTINUE', { status: MessageStatus.CONTINUE }, 24],
  ['with an unheard-of status', { status: 77 }, 24],
  ['as a call', { type: MessageType.CALL }, 16],
  ['with file descriptors', { type: MessageType.REPLY_WITH_FDS }, 16],
  ['of an unheard-of type', { type: 0xffff_ffff }, 16],
];

test.each(badReplies)('a reply %s', async (_, change, byteOffset) => {
  const { connection, peer } = await open();
  const call = connection.host.getType();
  await peer.until(() => peer.calls.includes('connectGetType'));
  peer.send({ ...reply, ...change }, text('Test'));
  const error = { code: 'MALFORMED_PACKET', byteOffset, message: expect.stringMatching(/procedure \d+.*at byte \d+/) };
  await expect(call).rejects.toMatchObject(error);
  expect(await connection.closed).toMatchObject(error);
});

test('the same reply twice', async () => {
  const { connection, peer } = await open();
  const call = connection.host.getType();
  await peer.until(() => peer.calls.includes('connectGetType'));
  peer.send(reply, text('Test'));
  peer.send(reply, text('Test'));
  expect(await call).toBe('Test');
  expect(await connection.closed).toMatchObject({ code: 'MALFORMED_PACKET', byteOffset: 20 });
});

test('an error without a number or a text is one all the same', async () => {
  const { connection, peer } = await open();
  const call = connection.host.getType();
  await peer.until(() => peer.calls.includes('connectGetType'));
  peer.send({ ...reply, status: MessageStatus.ERROR }, (writer) => writer.raw(new Uint8Array(44)));
  await expect(call).rejects.toMatchObject({
    code: 'UNKNOWN_ERROR',
    number: 0,
    message: 'connectGetType failed with error 0',
  });
});

const packet = { ...download, type: MessageType.STREAM, serial: SERIAL, status: MessageStatus.CONTINUE };

const badPackets: [string, Partial<FrameHeader>, object][] = [
  ['of another program', { program: 1 }, { byteOffset: 4 }],
  ['of another procedure', { procedure: 1 }, { byteOffset: 12 }],
  ['with an unheard-of status', { status: 3 }, { byteOffset: 24 }],
  ['that is an error, cut off', { status: MessageStatus.ERROR }, { byteOffset: 0, procedure: 'storageVolDownload' }],
  ['that is half a hole', { type: MessageType.STREAM_HOLE }, { byteOffset: 0, procedure: 'storageVolDownload' }],
];

test.each(badPackets)('a stream packet %s', async (_, change, place) => {
  const { connection, peer } = await open();
  const args = { vol, offset: 0, length: 0, flags: 0 };
  const { stream } = await connection.openStream('storageVolDownload', args, { ownConnection: false });
  const read = stream.read();
  peer.send({ ...packet, ...change });
  const error = { code: 'MALFORMED_PACKET', ...place };
  await expect(read).rejects.toMatchObject(error);
  expect(await connection.closed).toMatchObject(error);
});

test('a hole of negative length', async () => {
  const { connection, peer } = await open();
  const args = { vol, offset: 0, length: 0, flags: 0 };
  const { stream } = await connection.openStream('storageVolDownload', args, { ownConnection: false });
  const read = stream.read();
  peer.streamHole('storageVolDownload', SERIAL, -1);
  await expect(read).rejects.toMatchObject({
    code: 'MALFORMED_PACKET',
    procedure: 'storageVolDownload',
    byteOffset: 12,
  });
});

test('an event of the wrong shape is named', async () => {
  const { connection, peer } = await open();
  const event = { program: 0x2000_8086, procedure: 318, type: MessageType.MESSAGE, serial: 0, status: 0 };
  peer.send(event, (writer) => writer.int(1));
  expect(await connection.closed).toMatchObject({
    code: 'MALFORMED_PACKET',
    procedure: 'domainEventCallbackLifecycle',
    byteOffset: 4,
  });
});

test('a flood of pings to which nobody takes the answers fills no memory', async () => {
  const server = new ProtocolServer({});
  let socket: Duplex | undefined;
  const transport: Transport = async (...args) => {
    socket = await server.transport(...args);
    return socket;
  };
  const connection = await connect({ uri: 'test:///default', transport });
  const peer = server.peers[0]!;
  peer.socket.pause();
  for (let n = 0; n < 50_000; n++) peer.ping();
  while (peer.socket.writableLength > 0) await turn();
  expect(socket!.writableLength).toBeLessThan(200_000);
  peer.socket.resume();
  expect(connection.isOpen).toBe(true);
});

test('no pings begin on a connection that ended while it opened', async () => {
  const server = new ProtocolServer({
    connectSupportsFeature: (_, peer) => {
      // Both in one piece: the client reads on before it can act.
      glued(peer, () => {
        const { program, number } = procedures.connectSupportsFeature;
        const header = { program, procedure: number, type: MessageType.REPLY, serial: 2, status: MessageStatus.OK };
        peer.send(header, (writer) => writer.int(1));
        peer.socket.write(Buffer.alloc(28));
      });
      return never();
    },
  });
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const opening = connect({ uri: 'test:///default', transport: server.transport });
    await expect(opening).rejects.toMatchObject({ code: 'MALFORMED_PACKET', phase: 'open' });
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

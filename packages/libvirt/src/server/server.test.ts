import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type ConnectOptions, connect } from '../connection.ts';
import { REMOTE_PROGRAM } from '../generated/constants.ts';
import { StorageVolume } from '../objects/storage-volumes.ts';
import { encodeFrame, MessageStatus, MessageType } from '../rpc/frame.ts';
import { XdrWriter } from '../xdr/index.ts';
import { ServerFailure } from './failure.ts';
import type { Handlers } from './handlers.ts';
import { Server, type ServerOptions } from './server.ts';

type Options = Partial<ServerOptions<string>>;

function serve(handlers: Handlers<string> = {}, options: Options = {}) {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const server = new Server<string>({ open: (name) => name ?? 'nothing', handlers, log, ...options });
  const open = (more: ConnectOptions = {}) => connect({ uri: 'test:///x', transport: server.transport, ...more });
  return { server, open, lines };
}

/** Bytes to a server, without a client's care. */
const raw = (server: Server<string>): Promise<Duplex> => server.transport(AbortSignal.timeout(10_000), () => undefined);

const ended = (socket: Duplex) => new Promise((resolve) => socket.resume().once('close', resolve).once('end', resolve));

test('CONNECT_OPEN chooses what answers; before it nothing does', async () => {
  const { server, open } = serve({ connectGetHostname: (_, { driver }) => ({ hostname: driver }) });
  const first = await open({ uri: 'test:///first' });
  const second = await open({ uri: 'qemu:///second?a=b' });
  expect([await first.host.getHostname(), await second.host.getHostname()]).toEqual([
    'test:///first',
    'qemu:///second?a=b',
  ]);
  await expect(first.call('connectOpen', { name: null, flags: 0 })).rejects.toThrow('connection already open');
  const refusing = serve({}, { open: () => Promise.reject(new ServerFailure('NO_CONNECT', 'no such host')) });
  await expect(refusing.open()).rejects.toMatchObject({ code: 'NO_CONNECT', message: 'no such host' });
  const early = serve({ authList: (_, { driver }) => ({ types: [driver.length] }) });
  await expect(early.open()).rejects.toThrow('connection not open');
  await server.close();
  expect(await first.closed).toMatchObject({ code: 'CONNECTION_LOST' });
});

test('what has no handler is not supported, what fails unexpectedly is an internal error and a line in the log', async () => {
  const { open, lines } = serve({
    connectGetHostname: () => {
      throw new TypeError('a bug');
    },
  });
  const connection = await open();
  await expect(connection.host.getType()).rejects.toMatchObject({ code: 'NO_SUPPORT' });
  expect(lines).toEqual([]);
  await expect(connection.host.getHostname()).rejects.toMatchObject({ code: 'INTERNAL_ERROR', message: 'a bug' });
  expect(lines).toEqual(['connectGetHostname: TypeError: a bug']);
});

test('no more calls of a client run than the server takes; the rest waits unread, and order is kept', async () => {
  const replies: (() => void)[] = [];
  let most = 0;
  const handlers: Handlers<string> = {
    domainLookupByName: ({ name }) =>
      new Promise((resolve) => {
        replies.push(() => resolve({ dom: { name, uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 } }));
        most = Math.max(most, replies.length);
      }),
    connectGetType: () => ({ type: 'T' }),
  };
  const { open } = serve(handlers, { maxClientRequests: 3 });
  const [connection, other] = [await open({ maxInFlight: 50 }), await open()];
  const calls = Array.from({ length: 20 }, (_, n) => connection.domains.lookupByName(String(n)));
  for (let answered = 0; answered < 20; answered++) {
    // What hangs on one connection is nothing to another; its answer also tells that all that can run does.
    expect(await other.host.getType()).toBe('T');
    expect(replies.length).toBeLessThanOrEqual(3);
    replies.shift()!();
    await calls[answered];
  }
  expect(most).toBe(3);
});

test.each([
  ['that is no libvirt', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), /frame of \d+ bytes, above the limit/],
  ['of length 0', Buffer.alloc(28), /frame of 0 bytes, shorter than its header/],
  ['of 4 GiB', Buffer.alloc(28, 0xff), /frame of 4294967295 bytes, above the limit/],
  ['that is a reply', frame(MessageType.REPLY), /message of type 1 from a client/],
  ['that is half a hole', frame(MessageType.STREAM_HOLE), /stream hole: 4 bytes wanted, 0 left at byte 0/],
])('a frame %s ends its connection with a line in the log, and no other', async (_, bytes, line) => {
  const { server, open, lines } = serve({ connectGetType: () => ({ type: 'T' }) });
  const [connection, bad] = [await open(), await raw(server)];
  bad.write(bytes);
  await ended(bad);
  expect(lines).toEqual([expect.stringMatching(line)]);
  expect(await connection.host.getType()).toBe('T');
});

function frame(type: number): Buffer {
  const header = { program: REMOTE_PROGRAM, procedure: 1, type, serial: 1, status: MessageStatus.OK };
  return encodeFrame(new XdrWriter(), 'test', header);
}

test('a call that cannot be read is answered with an error, and its connection lives', async () => {
  const { server, lines } = serve();
  const socket = await raw(server);
  const call = { program: REMOTE_PROGRAM, procedure: 1, type: MessageType.CALL, serial: 7, status: MessageStatus.OK };
  socket.write(encodeFrame(new XdrWriter(), 'test', call, (writer) => writer.int(9)));
  const reply = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
  expect([reply.readUInt32BE(16), reply.readUInt32BE(20), reply.readUInt32BE(24)]).toEqual([1, 7, 1]);
  expect(reply.toString('latin1')).toContain('cannot read the call: connectOpen: 9 where 0 or 1 tells');
  socket.write(encodeFrame(new XdrWriter(), 'test', { ...call, procedure: 9999 }));
  const second = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
  expect(second.toString('latin1')).toContain('unknown procedure: 9999');
  expect(lines).toEqual([]);
});

test('both sides ping: who answers lives, who is silent is dropped', async () => {
  const keepalive = { intervalMs: 20, count: 2 };
  const { server, open, lines } = serve({ connectGetType: () => ({ type: 'T' }) }, { keepalive });
  const answering = await open({ keepalive: false });
  const pinging = await open({ keepalive: { intervalMs: 5, count: 3 } });
  const silent = await raw(server);
  const feature = {
    program: REMOTE_PROGRAM,
    procedure: 60,
    type: MessageType.CALL,
    serial: 1,
    status: MessageStatus.OK,
  };
  silent.write(encodeFrame(new XdrWriter(), 'test', feature, (writer) => writer.int(10)));
  await answering.call('connectSupportsFeature', { feature: 10 });
  await ended(silent);
  expect(lines).toEqual(['connection ended: no sign of life after 2 pings']);
  expect([await answering.host.getType(), await pinging.host.getType()]).toEqual(['T', 'T']);
});

test('streams: up, down, both ways, with an end of their own and errors from either side', async () => {
  const uploaded: Buffer[] = [];
  const gone = Promise.withResolvers<unknown>();
  const { open } = serve({
    storageVolUpload: (_, call) =>
      call.serveStream(async (stream) => {
        for await (const packet of stream) uploaded.push('data' in packet ? packet.data : Buffer.alloc(packet.hole));
        if (uploaded.length === 0) throw new ServerFailure('OPERATION_FAILED', 'nothing came', 'STORAGE');
      }),
    storageVolDownload: ({ length }, call) =>
      call.serveStream(async (stream) => {
        await stream.write(Buffer.alloc(Number(length), 'domus'));
        if (length === 1) throw new ServerFailure('READ_FAILED', 'bad sector', 'STORAGE');
        stream.end();
      }),
    domainOpenConsole: (_, call) =>
      call.serveStream(async (stream) => {
        try {
          for await (const packet of stream) if ('data' in packet) await stream.write(packet.data);
        } catch (error) {
          gone.resolve(error);
          throw error;
        }
      }),
    connectGetType: () => ({ type: 'T' }),
  });
  const connection = await open();
  const volume = new StorageVolume(connection, { pool: 'p', name: 'v', key: 'k' });
  const sent = Buffer.alloc(700_000, 'upload');
  await pipeline([sent], await volume.upload());
  expect(Buffer.concat(uploaded).equals(sent)).toBe(true);
  uploaded.length = 0;
  await expect((await volume.uploadSparse()).finish()).rejects.toMatchObject({ code: 'OPERATION_FAILED' });

  const taken = await buffer(await volume.download({ length: 2_000_000 }));
  expect(taken.equals(Buffer.alloc(2_000_000, 'domus'))).toBe(true);
  await expect(buffer(await volume.download({ length: 1 }))).rejects.toMatchObject({ code: 'READ_FAILED' });

  const dom = { name: 'x', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 1 };
  const args = { dom, dev_name: null, flags: 0 };
  const { stream } = await connection.openStream('domainOpenConsole', args, { ownConnection: false });
  await stream.write(Buffer.from('echo'));
  expect(await stream.read()).toEqual({ data: Buffer.from('echo') });
  stream.abort();
  expect(await gone.promise).toMatchObject({ code: 'ABORTED' });
  expect(await connection.host.getType()).toBe('T');
});

test('a client that does not read a download holds it back', async () => {
  let written = 0;
  const { open } = serve({
    storageVolDownload: (_, call) =>
      call.serveStream(async (stream) => {
        for (; written < 100; written++) await stream.write(Buffer.alloc(100_000));
        stream.end();
      }),
  });
  const connection = await open();
  const args = { vol: { pool: 'p', name: 'v', key: 'k' }, offset: 0, length: 0, flags: 0 };
  const { stream } = await connection.openStream('storageVolDownload', args, { ownConnection: false });
  let before = -1;
  while (written !== before) {
    before = written;
    for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(written).toBeLessThan(40);
  let bytes = 0;
  for await (const packet of stream) if ('data' in packet) bytes += packet.data.length;
  expect(bytes).toBe(10_000_000);
});

test('an uploading client is held back by a server that does not take it', async () => {
  const start = Promise.withResolvers<void>();
  let taken = 0;
  const { open } = serve({
    storageVolUpload: (_, call) =>
      call.serveStream(async (stream) => {
        await start.promise;
        for await (const packet of stream) taken += 'data' in packet ? packet.data.length : 0;
      }),
  });
  const connection = await open();
  const args = { vol: { pool: 'p', name: 'v', key: 'k' }, offset: 0, length: 0, flags: 0 };
  const { stream } = await connection.openStream('storageVolUpload', args, { ownConnection: false });
  let sent = 0;
  const sending = (async () => {
    for (; sent < 100; sent++) await stream.write(Buffer.alloc(100_000));
    await stream.finish();
  })();
  let before = -1;
  while (sent !== before) {
    before = sent;
    for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(sent).toBeLessThan(40);
  start.resolve();
  await sending;
  expect(taken).toBe(10_000_000);
});

test('unix and TCP sockets, and addresses that cannot be had', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'domus-server-'));
  const { server } = serve({ connectGetType: () => ({ type: 'T' }) });
  try {
    const path = join(folder, 'sock');
    expect(await server.listen({ path })).toEqual({ path });
    const address = await server.listen({ port: 0 });
    if (!('port' in address)) throw new Error('no port');
    const overUnix = await connect({ uri: 'test:///x', socketPath: path });
    const overTcp = await connect({ uri: `test+tcp://127.0.0.1:${address.port}/x` });
    expect([await overUnix.host.getType(), await overTcp.host.getType()]).toEqual(['T', 'T']);
    await expect(server.listen({ path })).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    await server.close();
    expect([await overUnix.closed, await overTcp.closed]).toEqual([
      expect.objectContaining({ code: 'CONNECTION_LOST' }),
      expect.objectContaining({ code: 'CONNECTION_LOST' }),
    ]);
    const late = createConnection(path);
    await expect(new Promise((_, reject) => late.once('error', reject))).rejects.toThrow();
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
});

test('who calls and does not read the answers is not read from', async () => {
  let calls = 0;
  const { server } = serve({
    connectGetCapabilities: () => {
      calls++;
      return { capabilities: 'x'.repeat(100_000) };
    },
  });
  const socket = await raw(server);
  const writer = new XdrWriter();
  const header = { program: REMOTE_PROGRAM, type: MessageType.CALL, status: MessageStatus.OK };
  socket.write(
    encodeFrame(writer, 'test', { ...header, procedure: 1, serial: 1 }, (to) => {
      to.present(false);
      to.uint(0);
    }),
  );
  const call = encodeFrame(writer, 'test', { ...header, procedure: 7, serial: 2 });
  socket.write(Buffer.concat(Array.from({ length: 1000 }, () => call)));
  let before = -1;
  while (calls !== before) {
    before = calls;
    for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(calls).toBeGreaterThan(0);
  expect(calls).toBeLessThan(20);
  let bytes = 0;
  for await (const chunk of socket) {
    bytes += (chunk as Buffer).length;
    if (bytes > 100_000_000) break;
  }
  expect(calls).toBe(1000);
});

test('an error with more to say than a message carries is cut, and no failure of the server', async () => {
  const { open, lines } = serve({
    domainLookupByName: ({ name }) => Promise.reject(new ServerFailure('NO_DOMAIN', `no domain ${name}`)),
  });
  const connection = await open();
  await expect(connection.domains.lookupByName('😀'.repeat(1_048_576))).rejects.toMatchObject({
    code: 'NO_DOMAIN',
    message: expect.stringMatching(/^no domain 😀/),
  });
  expect(lines).toEqual([]);
});

test('holes and tiny packets that nobody takes hold the client back as well', async () => {
  const { open } = serve({
    storageVolUpload: (_, call) => call.serveStream(() => new Promise(() => undefined)),
  });
  const connection = await open();
  const args = { vol: { pool: 'p', name: 'v', key: 'k' }, offset: 0, length: 0, flags: 1 };
  const { stream } = await connection.openStream('storageVolUpload', args, { ownConnection: false });
  let sent = 0;
  let isHeldBack = false;
  while (!isHeldBack && sent < 100_000) {
    const writing = Promise.all(Array.from({ length: 1000 }, () => stream.writeHole(1)));
    const turns = (async () => {
      for (let left = 50; left > 0; left--) await turn();
      return 'held back' as const;
    })();
    isHeldBack = (await Promise.race([writing, turns])) === 'held back';
    sent += 1000;
  }
  expect(sent).toBeLessThan(100_000);
  await connection.close();
});

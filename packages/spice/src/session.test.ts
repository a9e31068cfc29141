import { afterEach, describe, expect, it } from 'vitest';
import type { FakeChannel } from './node/testing/fake-server.ts';
import { FakeServer } from './node/testing/fake-server.ts';
import { type SessionEvents, SpiceSession } from './session.ts';
import { ByteWriter } from './wire/byte-writer.ts';
import { MSG, MSG_CURSOR, MSG_DISPLAY, MSG_INPUTS, MSG_MAIN, MSGC, MSGC_INPUTS, MSGC_MAIN } from './wire/protocol.ts';

const OPAQUE = 0xff000000 | 0;
const ALL = [
  { type: 'display', id: 0 },
  { type: 'inputs', id: 0 },
  { type: 'cursor', id: 0 },
] as const;

const sessions: SpiceSession[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.close();
});

async function connect(server: FakeServer, events: Partial<SessionEvents> = {}): Promise<SpiceSession> {
  const session = await SpiceSession.connect({ openChannel: server.openChannel, events });
  sessions.push(session);
  return session;
}

function createScreen(display: FakeChannel, width = 8, height = 4): void {
  display.say(MSG_DISPLAY.SURFACE_CREATE, new ByteWriter().u32(0).u32(width).u32(height).u32(32).u32(1));
}

function base(box: [number, number, number, number]): ByteWriter {
  const [left, top, right, bottom] = box;
  return new ByteWriter().u32(0).u32(top).u32(left).u32(bottom).u32(right).u8(0);
}

const noMask = (writer: ByteWriter): ByteWriter => writer.u8(0).u32(0).u32(0).u32(0);

function fill(display: FakeChannel, box: [number, number, number, number], color: number): void {
  display.say(MSG_DISPLAY.DRAW_FILL, noMask(base(box).u8(1).u32(color).u16(8)));
}

/** A 2 x 1 picture; `flags` 1 caches it under `id`, `type` 103 takes it from there. */
function drawCopy(display: FakeChannel, at: number, id: bigint, type: number, flags: number): void {
  const head = noMask(
    base([at, 0, at + 2, 1])
      .u32(57)
      .u32(0)
      .u32(0)
      .u32(1)
      .u32(2)
      .u16(8)
      .u8(0),
  );
  head.u64(id).u8(type).u8(flags).u32(2).u32(1);
  if (type === 0) head.u8(8).u8(4).u32(2).u32(1).u32(8).u32(0).put([3, 2, 1, 0, 6, 5, 4, 0]);
  display.say(MSG_DISPLAY.DRAW_COPY, head);
}

describe.each([1, 7, Number.POSITIVE_INFINITY])('a session in chunks of %s bytes', (cut) => {
  it('draws what the server says and tells where', async () => {
    const server = new FakeServer(ALL, cut);
    const told: unknown[] = [];
    const session = await connect(server, {
      resized: (_display, width, height) => told.push([width, height]),
      drawn: (_display, area) => told.push(area),
    });
    const display = server.channel('display');
    createScreen(display);
    fill(display, [1, 1, 3, 9], 0x112233);
    expect(told).toEqual([[8, 4], { left: 1, top: 1, right: 3, bottom: 4 }]);
    const screen = session.display?.primary;
    expect(screen?.pixels[8 + 1]).toBe(OPAQUE | 0x332211);
    expect(screen?.pixels[0]).toBe(OPAQUE);
  });

  it('answers pings and acknowledges windows', async () => {
    const server = new FakeServer(ALL, cut);
    await connect(server);
    const display = server.channel('display');
    display.received.length = 0;
    display.say(MSG.SET_ACK, new ByteWriter().u32(5).u32(2));
    display.say(MSG.PING, new ByteWriter().u32(9).u64(77n).put(new Uint8Array(1000)));
    display.say(MSG_DISPLAY.MARK);
    display.say(MSG_DISPLAY.MARK);
    display.say(MSG_DISPLAY.MARK);
    expect(display.received.map(({ type }) => type)).toEqual([MSGC.ACK_SYNC, MSGC.PONG, MSGC.ACK, MSGC.ACK]);
    expect([...display.received[0]!.body]).toEqual([5, 0, 0, 0]);
    expect([...display.received[1]!.body]).toEqual([9, 0, 0, 0, 77, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('a session', () => {
  it('keeps images until the server drops them', async () => {
    const server = new FakeServer(ALL);
    let reason: unknown;
    const session = await connect(server, {
      disconnected: (error) => {
        reason = error;
      },
    });
    const display = server.channel('display');
    createScreen(display);
    drawCopy(display, 0, 1n << 60n, 0, 1);
    drawCopy(display, 4, 1n << 60n, 103, 0);
    expect(reason).toBeUndefined();
    const { pixels } = session.display!.primary!;
    expect([...pixels.subarray(4, 6)]).toEqual([OPAQUE | 0x030201, OPAQUE | 0x060504]);
    display.say(
      MSG_DISPLAY.INVAL_LIST,
      new ByteWriter()
        .u16(1)
        .u8(1)
        .u64(1n << 60n),
    );
    drawCopy(display, 4, 1n << 60n, 103, 0);
    expect(reason).toMatchObject({ code: 'malformed', channel: 'display', messageType: MSG_DISPLAY.DRAW_COPY });
    expect([...server.channels.values()].every((channel) => !channel.open)).toBe(true);
  });

  it('holds a display up until another channel has come as far as the server wants', async () => {
    const server = new FakeServer(ALL);
    const session = await connect(server);
    const display = server.channel('display');
    const cursor = server.channel('cursor');
    createScreen(display);
    display.say(MSG.WAIT_FOR_CHANNELS, new ByteWriter().u8(1).u8(4).u8(0).u64(2n));
    fill(display, [0, 0, 1, 1], 0xff);
    cursor.say(MSG_CURSOR.HIDE);
    await Promise.resolve();
    expect(session.display?.primary?.pixels[0]).toBe(OPAQUE);
    cursor.say(MSG_CURSOR.HIDE);
    await expect.poll(() => session.display?.primary?.pixels[0]).toBe(OPAQUE | 0xff0000);
  });

  it.each([
    ['a rectangle cut short', MSG_DISPLAY.DRAW_FILL, new ByteWriter().u32(0).u32(1), 'truncated'],
    ['a surface that is not there', MSG_DISPLAY.SURFACE_DESTROY + 1000, new ByteWriter(), 'unsupported'],
    [
      'a surface too large',
      MSG_DISPLAY.SURFACE_CREATE,
      new ByteWriter().u32(1).u32(65535).u32(65535).u32(32).u32(0),
      'limit',
    ],
    ['a pointer out of the message', MSG_DISPLAY.DRAW_COPY, base([0, 0, 1, 1]).u32(5000), 'malformed'],
  ] as const)('ends with a clear error for %s', async (_name, type, body, code) => {
    const server = new FakeServer(ALL);
    let reason: unknown;
    await connect(server, {
      disconnected: (error) => {
        reason = error;
      },
    });
    createScreen(server.channel('display'));
    server.channel('display').say(type, body);
    expect(reason).toMatchObject({ name: 'SpiceError', code, channel: 'display', messageType: type });
  });

  it('asks for absolute positions and sends keys as scancodes', async () => {
    const server = new FakeServer(ALL);
    const modes: string[] = [];
    const session = await connect(server, { mouseMode: (mode) => modes.push(mode) });
    expect(server.channel('main').received.map(({ type }) => type)).toContain(MSGC_MAIN.MOUSE_MODE_REQUEST);
    server.channel('main').say(MSG_MAIN.MOUSE_MODE, new ByteWriter().u16(3).u16(2));
    expect(modes).toEqual(['server', 'client']);
    const inputs = server.channel('inputs');
    session.inputs?.keyDown(0xe01d);
    session.inputs?.keyUp(0xe01d);
    session.inputs?.keyUp(0x1e);
    expect(inputs.received.map(({ type, body }) => [type, ...body])).toEqual([
      [MSGC_INPUTS.KEY_DOWN, 0xe0, 0x1d, 0, 0],
      [MSGC_INPUTS.KEY_UP, 0xe0, 0x9d, 0, 0],
      [MSGC_INPUTS.KEY_UP, 0x9e, 0, 0, 0],
    ]);
  });

  it('does not flood a busy server with motion, but never clicks at a stale place', async () => {
    const server = new FakeServer(ALL);
    const session = await connect(server);
    const inputs = server.channel('inputs');
    for (let x = 0; x < 50; x++) session.inputs?.moveTo(x, 1);
    expect(inputs.received.length).toBe(8);
    session.inputs?.press('left');
    const positions = inputs.received.filter(({ type }) => type === MSGC_INPUTS.MOUSE_POSITION);
    expect(positions.at(-1)?.body[0]).toBe(49);
    expect(inputs.received.at(-1)).toMatchObject({ type: MSGC_INPUTS.MOUSE_PRESS });
    inputs.say(MSG_INPUTS.MOUSE_MOTION_ACK);
    inputs.say(MSG_INPUTS.MOUSE_MOTION_ACK);
    const before = inputs.received.length;
    session.inputs?.moveTo(3, 3);
    expect(inputs.received.length).toBe(before + 1);
  });

  it('ends for everybody when one channel goes', async () => {
    const server = new FakeServer(ALL);
    const reasons: unknown[] = [];
    await connect(server, { disconnected: (error) => reasons.push(error) });
    server.channel('cursor').hangUp();
    server.channel('main').hangUp();
    expect(reasons).toMatchObject([{ code: 'closed', channel: 'cursor' }]);
  });

  it('gives up when the server never answers, or the caller does', async () => {
    const silent = { start: () => undefined, send: () => undefined, close: () => undefined };
    const openChannel = async () => ({ transport: silent });
    await expect(SpiceSession.connect({ openChannel, linkTimeoutMs: 20 })).rejects.toMatchObject({ code: 'timeout' });
    const never = { openChannel: () => new Promise<never>(() => undefined), linkTimeoutMs: 20 };
    await expect(SpiceSession.connect(never)).rejects.toMatchObject({ code: 'timeout' });
    const server = new FakeServer([], Number.POSITIVE_INFINITY, 'says nothing');
    const { openChannel: open } = server;
    await expect(SpiceSession.connect({ openChannel: open, linkTimeoutMs: 50 })).rejects.toMatchObject({
      code: 'timeout',
    });
    const caller = new AbortController();
    const attempt = SpiceSession.connect({ openChannel, signal: caller.signal });
    caller.abort();
    await expect(attempt).rejects.toMatchObject({ code: 'aborted' });
  });
});

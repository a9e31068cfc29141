import { describe, expect, it } from 'vitest';
import { SpiceSession } from '../session.ts';
import { SpiceError } from '../wire/error.ts';
import { HeadlessClient } from './headless.ts';
import { Recorder, Recording } from './recording.ts';
import { replay } from './server/replay.ts';
import { sceneSheet } from './server/scenes/sheet.ts';
import { SpiceServer, type SpiceServerOptions } from './server/spice-server.ts';
import { show } from './testing/scene-judge.ts';
import { connectSocket } from './transport.ts';

const sheet = sceneSheet(1);
const shows = (options: SpiceServerOptions): Promise<SpiceServer> =>
  SpiceServer.listen({ ...options, onChannel: (channel) => void show(channel, sheet) });

async function record(port: number): Promise<Recording> {
  const recorder = new Recorder();
  const { promise, resolve } = Promise.withResolvers<void>();
  const session = await SpiceSession.connect({
    openChannel: async (type, id) => ({
      transport: recorder.listen(type, id, await connectSocket({ host: '127.0.0.1', port })),
    }),
    events: { drawn: () => resolve() },
  });
  await promise;
  session.close();
  return recorder.recording();
}

async function picture(port: number): Promise<Uint8Array> {
  const client = await HeadlessClient.connect({ address: { host: '127.0.0.1', port } });
  await client.untilQuiet(200);
  const { rgba } = client.screenshot();
  client.close();
  return rgba;
}

describe('a recording', () => {
  it.each([true, false])('holds every message of a server, with short headers: %s', async (miniHeader) => {
    const server = await shows({ miniHeader });
    const { messages } = await record(server.port);
    await server.close();
    const drawn = messages.filter(({ channel }) => channel.type === 'display');
    expect(drawn.map(({ type }) => type)).toEqual(sheet.messages.map(({ type }) => type));
    expect(drawn.every(({ body }, i) => Buffer.compare(body, sheet.messages[i]!.body) === 0)).toBe(true);
  });

  it.each(['full', 'original'] as const)('is shown again as it was, at %s speed, read from its file', async (speed) => {
    const server = await shows({});
    const [recording, wanted] = [await record(server.port), await picture(server.port)];
    await server.close();
    let ended = 0;
    const again = await replay({
      recording: Recording.parse(recording.serialize()),
      speed,
      onEnd: () => ended++,
    });
    expect(Buffer.compare(await picture(again.port), wanted)).toBe(0);
    await again.close();
    expect(ended).toBe(1);
  });

  it('says what is wrong with a file', () => {
    const good = new Recording([
      { atMs: 1, channel: { type: 'display', id: 0 }, type: 101, body: Uint8Array.of(1, 2, 3) },
    ]).serialize();
    expect(Recording.parse(good).messages).toHaveLength(1);
    for (let length = 0; length < good.length; length++) {
      if (length === 12) continue; // the header alone: a recording of nothing
      expect(() => Recording.parse(good.subarray(0, length))).toThrow(SpiceError);
    }
    expect(() => Recording.parse(Buffer.from('something else altogether'))).toThrow(/not a recording/);
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ServerSentEvent, serverSentEvents } from './server-sent-events.ts';

const stream = Buffer.from(
  ': hello\r\n\r\nid: 7\ndata: {"a":\ndata: 1}\n\nevent: x\ndata:über\n\ndata: never finished\n',
);

async function read(chunks: readonly Buffer[]): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  async function* source() {
    yield* chunks;
  }
  for await (const event of serverSentEvents(source())) events.push(event);
  return events;
}

it('joins data lines, keeps the last id and drops an unfinished event, however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(stream.length)), async (cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), stream.length];
      const chunks = edges.slice(1).map((end, index) => stream.subarray(edges[index], end));
      expect(await read(chunks)).toEqual([
        { id: '7', data: '{"a":\n1}' },
        { id: '7', data: 'über' },
      ]);
    }),
  );
});

/** Whatever a client sends: its connection is answered or ended with a line in the log, and the next client is served. */
import { once } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connect } from '../connection.ts';
import { procedures } from '../generated/procedures.ts';
import { encodeFrame, MessageStatus, MessageType } from '../rpc/frame.ts';
import { XdrWriter } from '../xdr/index.ts';
import { Simulation } from './simulation/simulation.ts';

const numbers = Object.values(procedures).map(({ program, number }) => ({ program, procedure: number }));
const opening = encodeFrame(
  new XdrWriter(),
  'connectOpen',
  { ...numbers[0]!, type: MessageType.CALL, serial: 1, status: MessageStatus.OK },
  (writer) => {
    writer.present(false);
    writer.uint(0);
  },
);

const frame = fc
  .record({
    of: fc.constantFrom(...numbers),
    type: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat({ max: 8 })),
    serial: fc.nat({ max: 3 }),
    status: fc.nat({ max: 3 }),
    // Small words make likely lengths, flags and numbers.
    payload: fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat({ max: 40 }), { maxLength: 30 })),
  })
  .map(({ of, type, serial, status, payload }) =>
    encodeFrame(new XdrWriter(), 'any', { ...of, type, serial, status }, (writer) => {
      if (payload instanceof Uint8Array) writer.raw(payload);
      else for (const word of payload) writer.uint(word);
    }),
  );

test('any frames, in any pieces', async () => {
  const unexpected: string[] = [];
  const log = (line: string) => {
    if (!line.startsWith('connection ended: ')) unexpected.push(line);
  };
  await using simulation = new Simulation({ hosts: 2, domainsPerHost: 2, log });
  const send = async (frames: readonly Buffer[], pieceBytes: number) => {
    const socket = await simulation.transport(AbortSignal.timeout(10_000), () => undefined);
    const gone = once(socket.resume(), 'end');
    const bytes = Buffer.concat([opening, ...frames]);
    for (let at = 0; at < bytes.length && !socket.destroyed; at += pieceBytes) {
      socket.write(bytes.subarray(at, at + pieceBytes));
    }
    socket.end();
    await gone;
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(frame, { maxLength: 20 }),
      fc.integer({ min: 1, max: 300 }),
      async (frames, pieceBytes) => {
        await send(frames, pieceBytes);
        await using connection = await connect({ uri: 'test:///host-1', transport: simulation.transport });
        expect(await connection.host.getType()).toBe('Simulation');
      },
    ),
    { numRuns: 200 },
  );
  expect(unexpected).toEqual([]);
});

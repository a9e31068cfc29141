import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { connect } from '../connection.ts';
import { ProtocolServer } from '../testing/protocol-server.ts';
import { inUse } from './leak-meter.ts';
import { newTally, type SoakTally, soak } from './soak.ts';

const CALLS = Number(process.env['DOMUS_SOAK_CALLS'] ?? 1_000_000);
const SEED = Number(process.env['DOMUS_SOAK_SEED'] ?? 1);

test(`${CALLS} calls with faults all settle, and leave nothing behind`, async () => {
  const tally = newTally();
  const hung = await hungConnection();
  const samples = Promise.all([0.3, 0.95].map((part) => heapAfter(tally, part * CALLS)));
  await soak(CALLS, SEED, tally);
  const [early, late] = (await samples) as [number, number];
  console.info(JSON.stringify({ seed: SEED, ...tally, heapGrowthBytes: late - early }));
  expect(tally.calls).toBe(CALLS);
  expect(Object.values(tally.settled).reduce((sum, count) => sum + count, 0)).toBe(CALLS);
  // 650,000 calls lie between the two: five bytes of each would be more.
  expect(late - early).toBeLessThan(3_000_000);
  await hung.end();
});

async function heapAfter(tally: SoakTally, calls: number): Promise<number> {
  while (tally.calls < calls) await delay(5);
  return (await inUse()).heapBytes;
}

/** A connection to a daemon that answers no more: its calls wait all the time, and nobody else for them. */
async function hungConnection(): Promise<{ end: () => Promise<void> }> {
  const server = new ProtocolServer({ connectGetHostname: () => new Promise(() => undefined) });
  // Such a daemon does not read either, as libvirtd, and answers no pings.
  const options = { keepalive: false, deadlineMs: 3_600_000 } as const;
  const connection = await connect({ uri: 'test:///default', transport: server.transport, ...options });
  const calls = Array.from({ length: 25 }, () => connection.host.getHostname());
  let settled = 0;
  const all = Promise.allSettled(calls.map((call) => call.finally(() => settled++)));
  return {
    end: async () => {
      expect(settled).toBe(0);
      await connection.close();
      for (const result of await all) expect(result).toMatchObject({ reason: { code: 'CONNECTION_CLOSED' } });
    },
  };
}

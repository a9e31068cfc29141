import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../connection.ts';
import { obstacle } from '../live/fixture.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import { callsOfOneConnection, comingBack, lives } from './connection-lives.ts';
import { type Growth, growthPerCycle } from './leak-meter.ts';

const CYCLES = Number(process.env['DOMUS_LEAK_CYCLES'] ?? 10_000);
/** A listener left behind is 800 bytes a cycle; the heap by itself moves by some tens. */
const LITTLE_BYTES = 150;

function expectNothing(what: string, growth: Growth): void {
  console.info(`${what}: ${JSON.stringify(growth)}`);
  expect(growth.descriptors).toBeLessThanOrEqual(0);
  expect(growth.handles).toEqual([]);
  expect(growth.heapBytes).toBeLessThan(LITTLE_BYTES);
  expect(growth.bufferBytes).toBeLessThan(LITTLE_BYTES);
}

const [[first, firstLife], ...others] = Object.entries(lives) as [
  [string, (n: number) => Promise<void>],
  ...[string, (n: number) => Promise<void>][],
];

test(`${CYCLES} connections ${first} leave nothing behind`, async () => {
  expectNothing(first, await growthPerCycle(CYCLES, firstLife));
});

test.each(others)('connections %s leave nothing behind', async (what, life) => {
  expectNothing(what, await growthPerCycle(CYCLES / 5, life));
});

test('calls that were given up leave nothing behind', async () => {
  const { cycle, end } = await callsOfOneConnection();
  expectNothing('calls', await growthPerCycle(CYCLES / 5, cycle));
  await end();
});

test('connections that come back leave nothing behind', async () => {
  const { cycle, end } = comingBack();
  expectNothing('come back', await growthPerCycle(CYCLES / 5, cycle));
  await end();
});

describe.skipIf(obstacle() !== undefined)('with a real libvirtd', () => {
  let daemon: PrivateLibvirtd;

  beforeAll(async () => {
    daemon = await PrivateLibvirtd.start({ hostname: 'leaks' });
  });

  afterAll(async () => {
    await daemon?.stop();
  });

  test(`${CYCLES / 5} connections to it leave nothing behind`, async () => {
    const growth = await growthPerCycle(CYCLES / 5, async () => {
      const connection = await connect({ uri: daemon.uri('test:///default') });
      const calls = Array.from({ length: 3 }, () => connection.host.getHostname());
      expect(new Set(await Promise.all(calls))).toEqual(new Set(['leaks']));
      await connection.close();
      // The kernel's handle goes in the turn after.
      await turn();
    });
    expectNothing('real', growth);
  });
});

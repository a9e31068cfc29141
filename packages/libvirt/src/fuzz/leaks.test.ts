import { expect, test } from 'vitest';
import { callsOfOneConnection, comingBack, lives } from './connection-lives.ts';
import { type Growth, growthPerCycle } from './leak-meter.ts';

/** In so few cycles the heap itself grows by as much, but not by a connection each; the system tests look closer. */
const NOTHING: Growth = {
  heapBytes: expect.toSatisfy((bytes: number) => bytes < 1500) as number,
  bufferBytes: expect.toSatisfy((bytes: number) => bytes < 1500) as number,
  descriptors: 0,
  handles: [],
};

test('the meter sees what leaks', async () => {
  const leak: unknown[] = [];
  const growth = await growthPerCycle(1000, async () => void leak.push(new Array(40).fill(1), Buffer.alloc(5000)));
  expect(growth.heapBytes).toBeGreaterThan(300);
  expect(growth.bufferBytes).toBeGreaterThan(4000);
});

test.each(Object.entries(lives))('connections %s leave nothing behind', async (_, life) => {
  expect(await growthPerCycle(100, life)).toMatchObject(NOTHING);
});

test('calls that were given up leave nothing behind', async () => {
  const { cycle, end } = await callsOfOneConnection();
  expect(await growthPerCycle(100, cycle)).toMatchObject(NOTHING);
  await end();
});

test('connections that come back leave nothing behind', async () => {
  const { cycle, end } = comingBack();
  expect(await growthPerCycle(100, cycle)).toMatchObject(NOTHING);
  await end();
});

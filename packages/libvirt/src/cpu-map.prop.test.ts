import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cpuMap, cpusOf, splitCpuMaps } from './cpu-map.ts';

const cpus = fc.uniqueArray(fc.nat(500)).map((numbers) => numbers.sort((a, b) => a - b));

test('CPUs come back from their map, alone and among others', () => {
  fc.assert(
    fc.property(fc.array(cpus, { minLength: 1, maxLength: 4 }), (lists) => {
      const maps = lists.map(cpuMap);
      maps.forEach((map, index) => {
        expect(cpusOf(map)).toEqual(lists[index]);
      });
      const length = Math.max(1, ...maps.map((map) => map.length));
      const joined = new Uint8Array(length * maps.length);
      maps.forEach((map, index) => {
        joined.set(map, index * length);
      });
      expect(splitCpuMaps(joined, maps.length)).toEqual(lists);
    }),
  );
  expect(splitCpuMaps(new Uint8Array(), 0)).toEqual([]);
  expect(cpuMap([0, 9])).toEqual(Uint8Array.of(1, 2));
});

test.each([0, -1, 3, 0x7fff_ffff])('%i maps in two bytes are none', (count) => {
  expect(splitCpuMaps(Uint8Array.of(1, 2), count)).toEqual([]);
});

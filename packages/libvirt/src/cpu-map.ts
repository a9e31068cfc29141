/** CPU maps of the wire: bit n of byte n / 8 is CPU n. */

export function cpusOf(map: Uint8Array): number[] {
  return Array.from({ length: map.length * 8 }, (_, cpu) => cpu).filter((cpu) => (map[cpu >> 3]! >> (cpu & 7)) & 1);
}

export function cpuMap(cpus: Iterable<number>): Uint8Array {
  const numbers = [...cpus];
  const map = new Uint8Array(numbers.length === 0 ? 0 : (Math.max(...numbers) >> 3) + 1);
  for (const cpu of numbers) map[cpu >> 3]! |= 1 << (cpu & 7);
  return map;
}

/** Maps of the same length, one behind the other. */
export function splitCpuMaps(maps: Uint8Array, count: number): number[][] {
  // A daemon that counts more maps than it sends has none of them believed.
  const length = Math.floor(maps.length / count);
  if (count <= 0 || length === 0) return [];
  return Array.from({ length: count }, (_, index) => cpusOf(maps.subarray(index * length, (index + 1) * length)));
}

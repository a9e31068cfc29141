import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpiceError } from '../wire/error.ts';
import { decodeLz4 } from './lz4.ts';

const room = (pixels: number) => new Int32Array(pixels);

/** One block: a match wherever the last four bytes occurred before, literals elsewhere; the end is literal. */
function encodeBlock(data: number[], from: number, end: number): number[] {
  const out: number[] = [];
  const last = new Map<string, number>();
  for (let i = 0; i + 4 <= from; i++) last.set(String(data.slice(i, i + 4)), i);
  let literals = from;
  for (let at = from; at < end; ) {
    const found = last.get(String(data.slice(at, at + 4)));
    last.set(String(data.slice(at, at + 4)), at);
    let length = 0;
    if (found !== undefined) while (at + length < end - 5 && data[found + length] === data[at + length]) length++;
    if (found === undefined || length < 4 || at - found > 65535) {
      at++;
      continue;
    }
    push(out, data.slice(literals, at), length - 4, at - found);
    at += length;
    literals = at;
  }
  push(out, data.slice(literals, end));
  return out;
}

function push(out: number[], literals: number[], match?: number, distance = 0): void {
  out.push((Math.min(literals.length, 15) << 4) | Math.min(match ?? 0, 15));
  const extend = (length: number): void => {
    let rest = length - 15;
    for (; rest >= 255; rest -= 255) out.push(255);
    if (rest >= 0) out.push(rest);
  };
  if (literals.length >= 15) extend(literals.length);
  out.push(...literals);
  if (match === undefined) return;
  out.push(distance & 255, distance >> 8);
  if (match >= 15) extend(match);
}

function encode(data: number[], format: number, blocks: number): Uint8Array {
  const out = [1, format];
  const size = Math.ceil(data.length / blocks);
  for (let at = 0; at < data.length; at += size) {
    const block = encodeBlock(data, at, Math.min(at + size, data.length));
    out.push(block.length >>> 24, (block.length >> 16) & 255, (block.length >> 8) & 255, block.length & 255, ...block);
  }
  return Uint8Array.from(out);
}

const picture = fc
  .record({
    width: fc.integer({ min: 1, max: 30 }),
    height: fc.integer({ min: 1, max: 20 }),
    colors: fc.array(fc.integer(), { minLength: 1, maxLength: 4 }),
  })
  .map(({ width, height, colors }) => {
    const pixels = Array.from({ length: width * height }, (_, i) => colors[(i >> 3) % colors.length]!);
    return { width, height, pixels };
  });

describe('LZ4', () => {
  it('gives back pictures with alpha, in any number of dependent blocks', () => {
    fc.assert(
      fc.property(picture, fc.integer({ min: 1, max: 4 }), ({ width, height, pixels }, blocks) => {
        const data = pixels.flatMap((p) => [(p >> 16) & 255, (p >> 8) & 255, p & 255, p >>> 24]);
        const decoded = decodeLz4(encode(data, 9, blocks), width, height, room);
        expect([...decoded.pixels]).toEqual(pixels.map((p) => p | 0));
      }),
    );
  });

  it('ends with a clear error when cut short, and survives any bytes', () => {
    const data = Array.from({ length: 400 }, (_, i) => (i * 7) % 31);
    const good = encode(data, 8, 2);
    for (let length = 0; length < good.length; length++) {
      expect(() => decodeLz4(good.subarray(0, length), 10, 10, room)).toThrow(SpiceError);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (junk) => {
        const bytes = Uint8Array.of(1, 8, 0, 0, 0, junk.length, ...junk);
        try {
          decodeLz4(bytes, 8, 8, room);
        } catch (error) {
          expect(error).toBeInstanceOf(SpiceError);
        }
      }),
    );
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJpeg } from './jpeg.ts';
import { MjpegTables } from './mjpeg-tables.ts';

const [recorded] = JSON.parse(readFileSync(new URL('fixtures/jpeg.json', import.meta.url), 'utf8')) as [
  { bytes: string },
];
const whole = new Uint8Array(Buffer.from(recorded.bytes, 'base64'));
const DHT = 0xc4;
const DQT = 0xdb;

/** The frame as a server sends it once the client has the tables. */
function without(frame: Uint8Array, ...markers: number[]): Uint8Array {
  const parts = [frame.subarray(0, 2)];
  let at = 2;
  while (frame[at + 1] !== 0xda) {
    const end = at + 2 + frame[at + 2]! * 256 + frame[at + 3]!;
    if (!markers.includes(frame[at + 1]!)) parts.push(frame.subarray(at, end));
    at = end;
  }
  return new Uint8Array(Buffer.concat([...parts, frame.subarray(at)]));
}

describe('tables of an MJPEG stream', () => {
  it.each([
    ['Huffman tables', [DHT]],
    ['quantization tables', [DQT]],
    ['any tables', [DHT, DQT]],
  ])('let later frames come without %s', (_which, markers) => {
    const tables = new MjpegTables();
    const abbreviated = without(whole, ...markers);
    expect(abbreviated.length).toBeLessThan(whole.length);
    expect(tables.complete(whole)).toBe(whole);
    expect(decodeJpeg(tables.complete(abbreviated))).toEqual(decodeJpeg(whole));
    expect(() => decodeJpeg(new MjpegTables().complete(abbreviated))).toThrow('a bad JPEG');
  });

  it('are replaced by those that come later', () => {
    const tables = new MjpegTables();
    tables.complete(whole);
    const coarser = Uint8Array.from(whole);
    // The first entry of table 0: how much the mean of each block weighs.
    const entry = coarser.findIndex((byte, i) => byte === 0xff && coarser[i + 1] === DQT) + 5;
    coarser[entry]! += 7;
    tables.complete(coarser);
    expect(decodeJpeg(tables.complete(without(whole, DQT)))).toEqual(decodeJpeg(coarser));
  });

  it('are not put into a frame that has no beginning', () => {
    const tables = new MjpegTables();
    tables.complete(whole);
    const stump = whole.subarray(0, 1);
    expect(tables.complete(stump)).toBe(stump);
  });

  it('leave it to the decoder to refuse damage', () => {
    const damage = fc.tuple(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length));
    fc.assert(
      fc.property(damage, ([at, byte, length]) => {
        const bad = Uint8Array.from(whole);
        bad[at] = byte;
        const tables = new MjpegTables();
        const frame = bad.subarray(0, length);
        expect(tables.complete(frame)).toBe(frame);
        expect(tables.complete(without(whole, DHT, DQT)).length).toBeLessThan(2 * whole.length);
      }),
    );
  });
});

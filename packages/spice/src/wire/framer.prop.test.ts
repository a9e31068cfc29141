import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import { SpiceError } from './error.ts';
import { Framer } from './framer.ts';

const messages = fc.array(fc.record({ type: fc.nat(0xffff), body: fc.uint8Array({ maxLength: 60 }) }), {
  maxLength: 12,
});

function encode(list: Array<{ type: number; body: Uint8Array }>, mini: boolean): Uint8Array {
  const writer = new ByteWriter();
  list.forEach(({ type, body }, i) => {
    if (!mini) writer.u64(BigInt(i + 1));
    writer.u16(type).u32(body.length);
    if (!mini) writer.u32(0);
    writer.put(body);
  });
  return writer.finish();
}

describe('framing', () => {
  it('finds the same messages however the stream is cut', () => {
    fc.assert(
      fc.property(messages, fc.boolean(), fc.array(fc.integer({ min: 1, max: 40 })), (list, mini, cuts) => {
        const bytes = encode(list, mini);
        const framer = new Framer();
        framer.mini = mini;
        const found: Array<{ type: number; body: number[] }> = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = cuts.length > 0 ? cuts[turn % cuts.length]! : bytes.length;
          framer.push(bytes.slice(at, at + size));
          at += size;
          while (framer.next()) {
            found.push({ type: framer.type, body: [...framer.bytes.subarray(framer.bodyStart, framer.bodyEnd)] });
          }
        }
        expect(found).toEqual(list.map(({ type, body }) => ({ type, body: [...body] })));
        expect(framer.buffered).toBe(0);
      }),
    );
  });

  it('refuses a message larger than any server sends before memory is taken', () => {
    const framer = new Framer();
    framer.push(new ByteWriter().u16(1).u32(0xffffffff).finish());
    expect(() => framer.next()).toThrow(SpiceError);
  });
});

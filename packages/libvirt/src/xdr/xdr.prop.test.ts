import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLibvirtError } from '../errors.ts';
import { readList, writeList, XdrReader, XdrWriter } from './index.ts';
import { decodeName, decodeText } from './text.ts';

function written(write: (writer: XdrWriter) => void): Buffer {
  const writer = new XdrWriter();
  writer.begin('test');
  write(writer);
  return writer.finish();
}

test('64-bit integers come back as they went, exact at every size', () => {
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (value) => {
      const read = new XdrReader(written((writer) => writer.hyper(value))).hyper();
      expect(BigInt(read)).toBe(value);
      expect(typeof read).toBe(Number.isSafeInteger(Number(value)) ? 'number' : 'bigint');
    }),
  );
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      expect(new XdrReader(written((writer) => writer.uhyper(value))).uhyper()).toBe(value);
      expect(new XdrReader(written((writer) => writer.hyper(-value))).hyper()).toBe(0 - value);
    }),
  );
});

test('strings, bytes, UUIDs and lists come back as they went', () => {
  const input = fc.record({
    text: fc.string({ unit: 'grapheme' }),
    bytes: fc.uint8Array(),
    uuid: fc.uuid(),
    list: fc.array(fc.string()),
    double: fc.double({ noNaN: true }),
    maybe: fc.option(fc.string()),
  });
  fc.assert(
    fc.property(input, ({ text, bytes, uuid, list, double, maybe }) => {
      const packet = written((writer) => {
        writer.string(text, 10_000);
        writer.opaque(bytes, 10_000);
        writer.uuid(uuid);
        writeList(writer, list, 100, (to, item) => to.string(item, 1000));
        writer.double(double);
        writer.optionalString(maybe, 1000);
      });
      const reader = new XdrReader(packet);
      expect(reader.string(10_000)).toBe(text);
      expect([...reader.opaque(10_000)]).toEqual([...bytes]);
      expect(reader.uuid()).toBe(uuid);
      expect(new XdrReader(written((writer) => writer.uuid(uuid.replaceAll('-', '').toUpperCase()))).uuid()).toBe(uuid);
      expect(readList(reader, 100, (from) => from.string(1000))).toEqual(list);
      expect(reader.double()).toBe(double);
      expect(reader.optionalString(1000)).toBe(maybe);
      reader.finish();
    }),
  );
});

test('text is what Buffer makes of its bytes; names are the same text', () => {
  const text = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 20 }));
  fc.assert(
    fc.property(text, fc.nat({ max: 3 }), (value, offset) => {
      const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
      expect(decodeText(bytes, offset, bytes.length - offset)).toBe(value);
      expect(decodeName(bytes, offset, bytes.length - offset)).toBe(value);
      expect(decodeName(bytes, offset, bytes.length - offset)).toBe(value);
    }),
  );
});

test('any bytes either decode or end in MALFORMED_PACKET', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const reader = new XdrReader(Buffer.from(bytes));
      try {
        readList(reader, 1000, (from) => [from.string(100), from.optionalString(100), from.uhyper(), from.opaque(64)]);
      } catch (error) {
        expect(isLibvirtError(error, 'MALFORMED_PACKET')).toBe(true);
      }
    }),
  );
});

test('what does not fit the protocol is refused before it is sent', () => {
  const refuse = (write: (writer: XdrWriter) => void) =>
    expect(() => written(write)).toThrow(expect.objectContaining({ code: 'VALUE_OUT_OF_RANGE' }));
  refuse((writer) => writer.int(2 ** 31));
  refuse((writer) => writer.uint(-1));
  refuse((writer) => writer.uint(1.5));
  refuse((writer) => writer.uhyper(-1));
  refuse((writer) => writer.uhyper(2n ** 64n));
  refuse((writer) => writer.hyper(2 ** 60));
  refuse((writer) => writer.uuid('no uuid'));
  refuse((writer) => writer.uuid('6695eb01-f6a4-8304-79aa-97f2502e193g'));
  refuse((writer) => writer.uuid('6695eb01-f6a4-8304-79aa-97f2502e193é'));
  refuse((writer) => writer.uuid('6695eb010f6a4-8304-79aa-97f2502e193f'));
  refuse((writer) => writer.uuid('6695eb01-f6a4-8304-79aa-97f2502e193'));
  refuse((writer) => writer.string('éé', 3));
  refuse((writer) => writer.string('four', 3));
  refuse((writer) => writeList(writer, [1, 2], 1, (to, item) => to.int(item)));
});

test('whole messages leave in one piece, in order; a broken one leaves no trace', () => {
  const writer = new XdrWriter();
  const write = (text: string, limit = 100_000) => {
    writer.begin('x');
    writer.string(text, limit);
    writer.end();
  };
  write('first');
  expect(() => write('too long', 3)).toThrow();
  write('y'.repeat(70_000));
  write('last');
  const reader = new XdrReader(writer.take());
  expect([reader.string(100), reader.string(100_000).length, reader.string(100)]).toEqual(['first', 70_000, 'last']);
  reader.finish();
  expect(writer.take()).toHaveLength(0);
});

test('a message larger than the slab keeps what was written before', () => {
  const big = 'x'.repeat(300_000);
  const writer = new XdrWriter();
  writer.begin('first');
  writer.string('early', 10);
  const first = writer.finish();
  writer.begin('second');
  writer.int(7);
  writer.string(big, 400_000);
  const second = new XdrReader(writer.finish());
  expect(second.int()).toBe(7);
  expect(second.string(400_000)).toBe(big);
  expect(new XdrReader(first).string(10)).toBe('early');
});

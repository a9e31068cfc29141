import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeUtf8 } from './escaped-text.ts';
import { XdrReader, XdrWriter } from './index.ts';

const LIMIT = 10_000;

function read(bytes: Uint8Array, how: 'string' | 'name' = 'string'): string {
  const writer = new XdrWriter();
  writer.begin('test');
  writer.opaque(bytes, LIMIT);
  return new XdrReader(writer.finish())[how](LIMIT);
}

function write(text: string): Buffer {
  const writer = new XdrWriter();
  writer.begin('test');
  writer.string(text, LIMIT);
  return Buffer.from(new XdrReader(writer.finish()).opaque(LIMIT));
}

/** Bytes as they come in the wild: text, pieces of characters, Latin-1. */
const wild = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(text.toWellFormed())),
      fc.uint8Array({ maxLength: 6 }),
      fc.constantFrom(
        [0xe4],
        [0xc3],
        [0xef, 0xbf, 0xbd],
        [0xef, 0xbb, 0xbf],
        [0xed, 0xa0, 0x80],
        [0xf4, 0x90, 0x80, 0x80],
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part))));

test('any bytes come back as they went', () => {
  fc.assert(
    fc.property(wild, (bytes) => {
      expect(write(read(bytes)).equals(bytes)).toBe(true);
      expect(read(bytes, 'name')).toBe(read(bytes));
    }),
  );
});

test('UTF-8 is what it is, and nothing else passes for it', () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  fc.assert(
    fc.property(wild, (bytes) => {
      const text = read(bytes);
      if (text.isWellFormed()) expect(text).toBe(strict.decode(bytes));
      else expect(() => strict.decode(bytes)).toThrow();
    }),
  );
});

test('only the bytes that are no UTF-8 are escaped', () => {
  expect(read(Buffer.from('gr\xfc\xdfe aus K\xf6ln.iso', 'latin1'))).toBe('gr\udcfc\udcdfe aus K\udcf6ln.iso');
  expect(read(Buffer.from([...Buffer.from('ü€😀'), 0xf0, 0x9f, 0x98]))).toBe('ü€😀\udcf0\udc9f\udc98');
  expect(read(Buffer.from('a \uFFFD of its own'))).toBe('a \uFFFD of its own');
  expect(read(Buffer.from('a \uFFFD of its own'.repeat(3)))).toBe('a \uFFFD of its own'.repeat(3));
});

test('the slow way reads UTF-8 as the fast way does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (any) => {
      const text = any.toWellFormed();
      const bytes = Buffer.from(`\uFFFD${text}`);
      expect(decodeUtf8(bytes, 0, bytes.length)).toBe(`\uFFFD${text}`);
    }),
  );
});

test.each(['\ud800', 'a\udc00b', '\udc7f', '\udd00', `${'x'.repeat(50)}\udfff`])(
  'a lone surrogate that stands for no byte is refused: %j',
  (text) => {
    expect(() => write(text)).toThrow(expect.objectContaining({ code: 'VALUE_OUT_OF_RANGE', procedure: 'test' }));
  },
);

test('the limit of the protocol counts bytes', () => {
  const writer = new XdrWriter();
  writer.begin('test');
  expect(() => writer.string('\udcff\udcff', 1)).toThrow(expect.objectContaining({ code: 'VALUE_OUT_OF_RANGE' }));
  writer.string('\udcff\udcff', 2);
});

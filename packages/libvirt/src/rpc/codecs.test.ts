/** Every codec of the table: what is encoded decodes to the same, and every truncation of it is a clean error. */
import { expect, test } from 'vitest';
import { isLibvirtError } from '../errors.ts';
import { eventMessages } from '../generated/events.ts';
import { procedures } from '../generated/procedures.ts';
import { XdrReader, XdrWriter } from '../xdr/index.ts';

type Codec = {
  name: string;
  encode: (writer: XdrWriter, value: unknown) => void;
  decode: (reader: XdrReader) => unknown;
};

const codecs: Codec[] = [
  ...Object.values(procedures).flatMap((row) => [
    { name: `${row.name} args`, encode: row.encodeArgs, decode: row.decodeArgs },
    { name: `${row.name} ret`, encode: row.encodeRet, decode: row.decodeRet },
  ]),
  ...Object.values(eventMessages).map((row) => ({ name: row.name, encode: row.encode, decode: row.decode })),
] as Codec[];

/** Bytes that decode to something in every codec: small counts, unions of a known type, optional fields present. */
const sample = Buffer.alloc(4096);
for (let at = 3; at < sample.length; at += 4) sample[at] = 1;

test('the table is whole', () => {
  expect(Object.keys(procedures)).toHaveLength(400 + 6 + 1 + 20);
  expect(Object.keys(eventMessages)).toHaveLength(54);
});

test.each(codecs)('$name', ({ name, encode, decode }) => {
  const reader = new XdrReader(sample, 0, sample.length, name);
  const value = decode(reader);
  const length = sample.length - reader.remaining;
  const writer = new XdrWriter();
  writer.begin(name);
  encode(writer, value);
  const bytes = writer.finish();
  expect(bytes.length).toBe(length);
  expect(decode(new XdrReader(bytes))).toEqual(value);
  for (let end = 0; end < length; end++) {
    try {
      decode(new XdrReader(bytes, 0, end, name));
      expect.fail(`${name} decoded from ${end} of ${length} bytes`);
    } catch (error) {
      if (!isLibvirtError(error, 'MALFORMED_PACKET')) throw error;
    }
  }
});

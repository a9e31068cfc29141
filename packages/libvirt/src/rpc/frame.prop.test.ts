import fc from 'fast-check';
import { expect, test } from 'vitest';
import { XdrWriter } from '../xdr/index.ts';
import { encodeFrame, type FrameHeader, FrameReader, HEADER_BYTES } from './frame.ts';

const frames = fc.array(
  fc.record({ serial: fc.nat(), type: fc.constantFrom(1, 3), payload: fc.uint8Array({ maxLength: 600 }) }),
  { maxLength: 8 },
);

/** Keeps what it may keep, and copies the rest. */
function collect() {
  const seen: { serial: number; type: number; payload: Buffer }[] = [];
  const reader = new FrameReader(({ serial, type }, bytes, start, end, lasting) => {
    const payload = bytes.subarray(start + HEADER_BYTES, end);
    seen.push({ serial, type, payload: lasting ? payload : Buffer.from(payload) });
  });
  return { seen, reader };
}

test.each(['chunks that last', 'one buffer that is read into again and again'])(
  'frames are the same however their bytes are cut: %s',
  (chunks) => {
    const lasting = chunks === 'chunks that last';
    const lent = Buffer.alloc(50);
    fc.assert(
      fc.property(frames, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (sent, cuts) => {
        const writer = new XdrWriter();
        const header = (serial: number, type: number): FrameHeader => ({
          program: 1,
          procedure: 2,
          type,
          serial,
          status: 0,
        });
        const bytes = Buffer.concat(
          sent.map(({ serial, type, payload }) =>
            encodeFrame(writer, 'x', header(serial, type), (to) => to.raw(payload)),
          ),
        );
        const { seen, reader } = collect();
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = cuts[i % cuts.length]!;
          const chunk = bytes.subarray(at, at + size);
          if (lasting) reader.push(chunk);
          else reader.push(lent, false, chunk.copy(lent));
          at += size;
        }
        expect(seen).toEqual(sent.map((frame) => ({ ...frame, payload: Buffer.from(frame.payload) })));
      }),
    );
  },
);

test.each([0, 4, 27, 0x200_0005, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])(
  'a frame that claims %i bytes is refused',
  (length) => {
    const word = Buffer.alloc(4);
    word.writeUInt32BE(length);
    const malformed = expect.objectContaining({ code: 'MALFORMED_PACKET' });
    expect(() => collect().reader.push(word)).toThrow(malformed);
    const { reader } = collect();
    reader.push(word.subarray(0, 3));
    expect(() => reader.push(word.subarray(3))).toThrow(malformed);
  },
);

test('another protocol version is refused', () => {
  const frame = Buffer.from(
    encodeFrame(new XdrWriter(), 'x', { program: 1, procedure: 2, type: 1, serial: 3, status: 0 }),
  );
  frame.writeUInt32BE(2, 8);
  expect(() => collect().reader.push(frame)).toThrow(expect.objectContaining({ code: 'MALFORMED_PACKET' }));
});

test('frames are the same when their bytes are read to where the reader wants them', () => {
  const sizes = fc.array(fc.constantFrom(0, 24, 262_120, 262_119, 200_000, 9000), { maxLength: 8 });
  const cuts = fc.array(fc.constantFrom(1, 27, 28, 52, 36_544, 65_536, 219_264, 300_000), { minLength: 1 });
  fc.assert(
    fc.property(sizes, cuts, fc.array(fc.constantFrom(1, 3), { minLength: 1 }), (lengths, reads, types) => {
      const writer = new XdrWriter();
      const sent = lengths.map((length, i) => ({
        serial: i,
        type: types[i % types.length]!,
        payload: Buffer.alloc(length, `${i} of ${length}. `),
      }));
      const bytes = Buffer.concat(
        sent.map(({ serial, type, payload }) =>
          encodeFrame(writer, 'x', { program: 1, procedure: 2, type, serial, status: 0 }, (to) => to.raw(payload)),
        ),
      );
      const { seen, reader } = collect();
      const common = Buffer.alloc(65_536);
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const place = reader.room() ?? common;
        const count = bytes.copy(place, 0, at, at + Math.min(reads[i % reads.length]!, place.length));
        reader.push(place, false, count);
        at += count;
      }
      expect(seen.length).toBe(sent.length);
      for (const [i, frame] of seen.entries()) {
        expect(frame.payload.equals(sent[i]!.payload), `payload of frame ${i}`).toBe(true);
        if (i % 2 === 0) reader.recycle(frame.payload);
      }
    }),
    { numRuns: 200 },
  );
});

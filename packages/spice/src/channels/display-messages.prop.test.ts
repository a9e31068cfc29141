import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJpeg } from '../codecs/jpeg.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { SpiceError } from '../wire/error.ts';
import { MSG_DISPLAY } from '../wire/protocol.ts';
import type { ChannelOwner } from './channel.ts';
import { DisplayChannel, newDisplayShared } from './display.ts';

const owner: ChannelOwner = {
  processed: () => Promise.resolve(),
  progressed: () => undefined,
  ended: () => undefined,
};
const events = { resized: () => undefined, drawn: () => undefined, blanked: () => undefined, heads: () => undefined };

/** Reaches the handler that the channel itself calls. */
class Probe extends DisplayChannel {
  feed(type: number, body: Uint8Array): void | Promise<void> {
    return this.handle(type, new ByteReader().reset(body));
  }
}

function channel(): Probe {
  const probe = new Probe(0, owner, { shared: newDisplayShared(), jpeg: decodeJpeg, events });
  const screen = new ByteWriter().u32(0).u32(40).u32(30).u32(32).u32(1).finish();
  void probe.feed(MSG_DISPLAY.SURFACE_CREATE, screen);
  return probe;
}

/** Mostly small numbers, as lengths, offsets and types are: random bytes alone get nowhere. */
const numbers = fc.oneof(fc.nat(3), fc.nat(40), fc.nat(120), fc.constantFrom(0xffffffff, 0x7fffffff, 0x80000000));
const body = fc.array(fc.tuple(fc.constantFrom(8, 16, 32), numbers), { maxLength: 60 }).map((fields) => {
  const writer = new ByteWriter().u32(0).u32(0).u32(0).u32(8).u32(8).u8(0);
  for (const [bits, value] of fields) {
    if (bits === 8) writer.u8(value);
    else if (bits === 16) writer.u16(value);
    else writer.u32(value);
  }
  return writer.finish();
});

describe('display messages', () => {
  it('of any content either draw or end with a clear error', async () => {
    const types = Object.values(MSG_DISPLAY);
    const surface = channel();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...types), body, async (type, bytes) => {
        if (type === MSG_DISPLAY.SURFACE_CREATE || type === MSG_DISPLAY.MODE) return;
        if (type === MSG_DISPLAY.SURFACE_DESTROY) return;
        try {
          await surface.feed(type, bytes);
        } catch (error) {
          if (!(error instanceof SpiceError)) console.error(type, error);
          expect(error).toBeInstanceOf(SpiceError);
        }
      }),
      { numRuns: 4000 },
    );
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeJpeg } from '../codecs/jpeg.ts';
import type { Rect } from '../draw/rect.ts';
import { SURFACE_FORMAT, Surface } from '../draw/surface.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { Streams } from './streams.ts';

const [{ bytes, width, height }] = JSON.parse(
  readFileSync(new URL('../codecs/fixtures/jpeg.json', import.meta.url), 'utf8'),
) as [{ bytes: string; width: number; height: number }];
const frame = Buffer.from(bytes, 'base64');
const BLACK = 0xff000000 | 0;

const reader = (writer: ByteWriter): ByteReader => new ByteReader().reset(writer.finish());
const rect = (writer: ByteWriter, { left, top, right, bottom }: Rect): ByteWriter =>
  writer.u32(top).u32(left).u32(bottom).u32(right);
const box: Rect = { left: 2, top: 1, right: 2 + width, bottom: 1 + height };

function setUp() {
  const surface = new Surface(100, 100, SURFACE_FORMAT['32_XRGB']);
  const drawn: Rect[] = [];
  const streams = new Streams(decodeJpeg, {
    surface: () => surface,
    drawn: (_surface, region) => drawn.push(...region),
  });
  return { surface, drawn, streams };
}

function create(streams: Streams, { id = 3, codec = 1, topDown = true } = {}): void {
  const body = new ByteWriter()
    .u32(0)
    .u32(id)
    .u8(topDown ? 1 : 0)
    .u8(codec)
    .u64(0n);
  body.u32(width).u32(height).u32(width).u32(height);
  streams.create(reader(rect(body, box).u8(0)));
}

function data(id = 3, jpeg: Uint8Array = frame): ByteReader {
  return reader(new ByteWriter().u32(id).u32(0).u32(jpeg.length).put(jpeg));
}

describe('video', () => {
  it('frames appear where the stream lies, the right way up', async () => {
    const { surface, drawn, streams } = setUp();
    create(streams);
    await streams.data(data(), false);
    expect(drawn).toEqual([box]);
    const { pixels } = decodeJpeg(frame);
    expect(surface.pixels[100 + 2]).toBe(pixels[0]);
    expect(surface.pixels[0]).toBe(BLACK);
    create(streams, { topDown: false });
    await streams.data(data(), false);
    expect(surface.pixels[100 + 2]).toBe(pixels[(height - 1) * width]);
  });

  it('frames may come at another size and place, and stay inside the clip', async () => {
    const { surface, drawn, streams } = setUp();
    create(streams);
    const clip = { left: 0, top: 0, right: 20, bottom: 5 };
    streams.clip(reader(rect(new ByteWriter().u32(3).u8(1).u32(1), clip)));
    const dest = { left: 10, top: 0, right: 10 + 2 * width, bottom: 2 * height };
    const body = rect(new ByteWriter().u32(3).u32(0).u32(width).u32(height), dest).u32(frame.length).put(frame);
    await streams.data(reader(body), true);
    expect(drawn).toEqual([{ left: 10, top: 0, right: 20, bottom: 5 }]);
    const { pixels } = decodeJpeg(frame);
    expect([surface.pixels[10], surface.pixels[11]]).toEqual([pixels[0], pixels[0]]);
  });

  it('frames may lack the tables that their own stream had before', async () => {
    const { surface, streams } = setUp();
    create(streams);
    expect(streams.count).toBe(1);
    await streams.data(data(), false);
    const scan = frame.indexOf(Buffer.of(0xff, 0xda));
    const header = frame.subarray(frame.indexOf(Buffer.of(0xff, 0xc0)), frame.indexOf(Buffer.of(0xff, 0xc4)));
    const abbreviated = Buffer.concat([frame.subarray(0, 2), header, frame.subarray(scan)]);
    const { pixels } = surface;
    const shown = pixels.slice();
    pixels.fill(BLACK);
    await streams.data(data(3, abbreviated), false);
    expect(pixels).toEqual(shown);
    create(streams);
    expect(() => streams.data(data(3, abbreviated), false)).toThrow(expect.objectContaining({ code: 'malformed' }));
    streams.destroy(reader(new ByteWriter().u32(3)));
    expect(streams.count).toBe(0);
  });

  it('of streams that never were is ignored or refused, as servers need it', () => {
    const { streams } = setUp();
    streams.destroy(reader(new ByteWriter().u32(9)));
    streams.clip(reader(new ByteWriter().u32(9).u8(0)));
    expect(() => streams.data(data(9), false)).toThrow(expect.objectContaining({ code: 'malformed' }));
    expect(() => create(streams, { codec: 3 })).toThrow(expect.objectContaining({ code: 'unsupported' }));
    expect(() => create(streams, { id: 64 })).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});

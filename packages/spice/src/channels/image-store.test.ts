import { describe, expect, it } from 'vitest';
import type { DecodedImage } from '../codecs/decoded-image.ts';
import { GlzDictionary } from '../codecs/glz-dictionary.ts';
import { LZ_TYPE } from '../codecs/lz-header.ts';
import { QUIC_TYPE } from '../codecs/quic-header.ts';
import { copyPart, type PixelMap } from '../draw/pixel-map.ts';
import { encodeGlz, GlzWindow, glzHeader } from '../node/server/encoders/lz.ts';
import { colorUnits } from '../node/server/encoders/lz-units.ts';
import { encodeQuic } from '../node/server/encoders/quic.ts';
import type { ImageData, ImageMessage } from './display-messages.ts';
import { ImageStore } from './image-store.ts';
import { PixmapCache } from './pixmap-cache.ts';

const OPAQUE = 0xff000000 | 0;
const RED = OPAQUE | 0x0000ff;
const BLUE = OPAQUE | 0xff0000;
const WIDTH = 8;
const HEIGHT = 2;

function storeOf(jpeg: () => DecodedImage | Promise<DecodedImage>, dictionary = new GlzDictionary(1000)): ImageStore {
  return new ImageStore({
    cache: new PixmapCache(1000),
    dictionary,
    jpeg,
    surface: () => {
      throw new Error('no surface is meant');
    },
    patience: (work) => work,
  });
}

const noJpeg = (): DecodedImage => {
  throw new Error('no JPEG is meant');
};

function message(data: ImageData, options: Partial<ImageMessage> = {}): ImageMessage {
  return { id: 1n, width: WIDTH, height: HEIGHT, cache: false, replace: false, highBits: false, data, ...options };
}
const quic = (pixel: number): ImageData => {
  const pixels = new Int32Array(WIDTH * HEIGHT).fill(pixel);
  return { kind: 'quic', data: encodeQuic(QUIC_TYPE.RGB32, WIDTH, HEIGHT, pixels) };
};
const glz = (id: number, pixel: number, referTo?: number): Uint8Array => {
  const units = colorUnits(new Int32Array(WIDTH * HEIGHT).fill(pixel));
  const window = new GlzWindow(2);
  if (referTo !== undefined) window.add(referTo, units.keys);
  const to = glzHeader(LZ_TYPE.RGB32, WIDTH, HEIGHT, true, { id, oldest: referTo ?? id });
  encodeGlz(units, id, window, to);
  return to.finish();
};

/** The colours in a map, which is read as drawing reads it. */
function colors(map: PixelMap): number[] {
  return [...new Set(copyPart(map, { left: 0, top: 0, right: map.width, bottom: map.height }).pixels)];
}

describe('pixels that decoders lend', () => {
  it('are copied before a second image of the message is decoded', async () => {
    const store = storeOf(noJpeg);
    store.next();
    const stamp = await store.image(message(quic(RED)));
    const brush = await store.image(message(quic(BLUE)));
    expect([colors(stamp), colors(brush)]).toEqual([[RED], [BLUE]]);
  });

  it('are copied for the cache', async () => {
    const store = storeOf(noJpeg);
    store.next();
    await store.image(message(quic(RED), { id: 7n, cache: true }));
    store.next();
    await store.image(message(quic(BLUE)));
    store.next();
    const cached = await store.image(message({ kind: 'cached', lossless: true }, { id: 7n }));
    expect(colors(cached)).toEqual([RED]);
  });

  it('are copied where the message waits for another image, while others are decoded', async () => {
    let arrive: (image: DecodedImage) => void = () => undefined;
    const store = storeOf(() => new Promise((resolve) => (arrive = resolve)));
    store.next();
    const before = await store.image(message(quic(RED)));
    const late = store.image(message({ kind: 'jpeg', data: new Uint8Array(1) }));
    const after = await store.image(message(quic(RED)));
    await storeOf(noJpeg).image(message(quic(BLUE)));
    const pixels = new Int32Array(WIDTH * HEIGHT).fill(BLUE);
    arrive({ pixels, start: 0, width: WIDTH, height: HEIGHT, stride: WIDTH, topDown: true, alpha: false });
    expect([before, await late, after].map(colors)).toEqual([[RED], [BLUE], [RED]]);
  });

  it('are copied from an image that waited for one of another channel', async () => {
    const dictionary = new GlzDictionary(1000);
    const store = storeOf(noJpeg, dictionary);
    const other = storeOf(noJpeg, dictionary);
    const late = store.image(message({ kind: 'glz', data: glz(1, RED, 0) }));
    await other.image(message({ kind: 'glz', data: glz(0, RED) }));
    const map = await late;
    // Enough of them that the ring in which they lie comes round.
    for (let id = 2; id < 1500; id++) await other.image(message({ kind: 'glz', data: glz(id, BLUE) }));
    expect(colors(map)).toEqual([RED]);
  });
});

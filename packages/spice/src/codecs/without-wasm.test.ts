import { afterEach, expect, it, vi } from 'vitest';
import { encodeGlz, encodeLz, GlzWindow, glzHeader, lzHeader } from '../node/server/encoders/lz.ts';
import { colorUnits } from '../node/server/encoders/lz-units.ts';
import { encodeLz4 } from '../node/server/encoders/lz4.ts';
import { encodeQuic } from '../node/server/encoders/quic.ts';
import { LZ_TYPE } from './lz-header.ts';
import { QUIC_TYPE } from './quic-header.ts';

const OPAQUE = 0xff000000 | 0;
const PIXELS = Int32Array.from({ length: 40 }, (_, i) => OPAQUE | (i >> 2));

/** What a page sees whose policy lacks 'wasm-unsafe-eval', and a browser without vectors. */
class Refusing {
  constructor() {
    throw new Error('refused by the policy');
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

it.each([
  ['is missing', undefined],
  ['is refused', { Module: Refusing, Instance: Refusing }],
])('decodes everything where WebAssembly %s', async (_how, wasm) => {
  vi.resetModules();
  vi.stubGlobal('WebAssembly', wasm);
  const codecs = await import('./index.ts');
  const { WasmInstance } = await import('./wasm-instance.ts');
  expect(WasmInstance.open()).toBeUndefined();
  const lz = lzHeader(LZ_TYPE.RGB32, 10, 4, 40, true);
  encodeLz(colorUnits(PIXELS), lz);
  const glz = glzHeader(LZ_TYPE.RGB32, 10, 4, true, { id: 0, oldest: 0 });
  encodeGlz(colorUnits(PIXELS), 0, new GlzWindow(1), glz);
  const raw = Uint8Array.from(Array.from(PIXELS).flatMap((pixel) => [0, 0, pixel & 255, 0]));
  const decoded = [
    () => codecs.decodeQuic(encodeQuic(QUIC_TYPE.RGB32, 10, 4, PIXELS)),
    () => codecs.decodeLz(lz.finish()),
    () => codecs.decodeLz4(encodeLz4(raw, 8, 1), 10, 4),
    () => {
      const result = new codecs.GlzDictionary(1000).decode(glz.finish());
      if ('missing' in result) throw new Error('nothing can be missing');
      return result.image;
    },
  ].map((decode) => codecs.ownPixels(decode()).pixels);
  expect(decoded).toEqual(decoded.map(() => PIXELS));
});

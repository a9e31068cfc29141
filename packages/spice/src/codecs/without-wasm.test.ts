import { afterEach, expect, it, vi } from 'vitest';
import { encodeGlz, encodeLz, glzHeader, lzHeader } from '../node/testing/lz-encoder.ts';
import { encodeLz4 } from '../node/testing/lz4-encoder.ts';
import { encodeQuic } from '../node/testing/quic-encoder.ts';
import { LZ_TYPE } from './lz-header.ts';
import { QUIC_TYPE } from './quic-header.ts';

const OPAQUE = 0xff000000 | 0;
const PIXELS = Int32Array.from({ length: 40 }, (_, i) => OPAQUE | (i >> 2));
const LITERALS = Array.from(PIXELS, (pixel) => [0, 0, pixel & 255]);

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
  const lz = Uint8Array.of(...lzHeader(LZ_TYPE.RGB32, 10, 4, 40, true), ...encodeLz({ literals: LITERALS, bias: 0 }));
  const stream = encodeGlz({ literals: LITERALS, bias: 0 }, 0, new Map());
  const glz = Uint8Array.of(...glzHeader(LZ_TYPE.RGB32, 10, 4, true, 0, 0), ...stream);
  const raw = Array.from(PIXELS).flatMap((pixel) => [0, 0, pixel & 255, 0]);
  const decoded = [
    () => codecs.decodeQuic(encodeQuic(QUIC_TYPE.RGB32, 10, 4, PIXELS)),
    () => codecs.decodeLz(lz),
    () => codecs.decodeLz4(encodeLz4(raw, 8, 1), 10, 4),
    () => {
      const result = new codecs.GlzDictionary(1000).decode(glz);
      if ('missing' in result) throw new Error('nothing can be missing');
      return result.image;
    },
  ].map((decode) => codecs.ownPixels(decode()).pixels);
  // A literal ends with its red, which is the low byte of a pixel.
  expect(decoded).toEqual(decoded.map(() => PIXELS));
});

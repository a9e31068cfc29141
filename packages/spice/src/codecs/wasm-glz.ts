import { asSpiceError } from '../wire/error.ts';
import { type GlzImages, type GlzResult, readGlzHeader } from './glz-header.ts';
import { LZ_TYPE } from './lz-header.ts';
import { MISSING, WasmInstance } from './wasm-instance.ts';

/** A dictionary with a memory of its own, which goes when its session goes; undefined where the twin has to do it. */
export function openGlz(maxPixels: number): GlzImages | undefined {
  const instance = WasmInstance.open();
  // A memory that cannot even hold the table is no help.
  return instance && instance.run.openDictionary(maxPixels) === 0 ? new WasmGlz(instance) : undefined;
}

class WasmGlz implements GlzImages {
  readonly #instance: WasmInstance;

  constructor(instance: WasmInstance) {
    this.#instance = instance;
  }

  decode(bytes: Uint8Array): GlzResult {
    const { type, width, height, stride, id, idLow, idHigh, distance, topDown } = readGlzHeader(bytes);
    const instance = this.#instance;
    const { run } = instance;
    try {
      const input = run.glzPlace(idLow, idHigh, stride * height, bytes.length);
      if (input < 0) throw instance.failureOf('a GLZ image', input);
      instance.put(bytes, input);
      const place = run.glz(type, distance);
      if (place === MISSING) return { missing: id - run.missingDistance() };
      if (place < 0) throw instance.failureOf('a GLZ image', place);
      const { pixels } = instance;
      const alpha = type === LZ_TYPE.RGBA;
      return { image: { pixels, start: place / 4, width, height, stride, topDown, alpha } };
    } catch (thrown) {
      throw asSpiceError(thrown, 'malformed');
    }
  }

  has(id: number): boolean {
    return this.#instance.run.holds(id % 0x100000000, Math.floor(id / 0x100000000)) !== 0;
  }
}

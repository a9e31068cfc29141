import { type DecodedImage, ownPixels, type Room } from '../../codecs/decoded-image.ts';
import { GlzReference } from '../../codecs/glz-images.ref.ts';
import { inflateReference } from '../../codecs/inflate.ref.ts';
import { decodeLzReference } from '../../codecs/lz.ref.ts';
import { readLzHeader } from '../../codecs/lz-header.ts';
import { decodeLz4Reference } from '../../codecs/lz4.ref.ts';
import { readLz4Header } from '../../codecs/lz4-header.ts';
import { QuicReference } from '../../codecs/quic.ref.ts';
import { readQuicHeader } from '../../codecs/quic-header.ts';
import { openGlz } from '../../codecs/wasm-glz.ts';
import { wasmInflate, wasmLz, wasmLz4, wasmQuic } from '../../codecs/wasm-images.ts';
import { SpiceError, type SpiceErrorCode } from '../../wire/error.ts';

/** What came of an image: its pixels, the image that it waits for, or how it was refused. */
export type Outcome = { image: DecodedImage } | { missing: number } | { refused: SpiceErrorCode };

/** The decoder in WebAssembly and its twin in TypeScript. */
export interface Twins {
  wasm(bytes: Uint8Array): Outcome;
  reference(bytes: Uint8Array): Outcome;
}

const room: Room = (pixels) => new Int32Array(pixels);
const quicReference = new QuicReference();

export const quicTwins: Twins = {
  wasm: (bytes) => outcomeOf(() => ({ image: present(wasmQuic(bytes, readQuicHeader(bytes))) })),
  reference: (bytes) => outcomeOf(() => ({ image: quicReference.decode(bytes, readQuicHeader(bytes), room) })),
};

export const lzTwins: Twins = {
  wasm: (bytes) => outcomeOf(() => ({ image: present(wasmLz(bytes, readLzHeader(bytes))) })),
  reference: (bytes) =>
    outcomeOf(() => ({ image: decodeLzReference(bytes, readLzHeader(bytes), new Int32Array(256), room) })),
};

export function lz4Twins(width: number, height: number): Twins {
  return {
    wasm: (bytes) =>
      outcomeOf(() => ({ image: present(wasmLz4(bytes, readLz4Header(bytes, width, height), width, height)) })),
    reference: (bytes) =>
      outcomeOf(() => ({
        image: decodeLz4Reference(bytes, readLz4Header(bytes, width, height), width, height, room),
      })),
  };
}

/** Bytes as if they were an image. */
export function inflateTwins(size: number): Twins {
  const image = (bytes: Uint8Array): { image: DecodedImage } => {
    const pixels = Int32Array.from(bytes);
    return { image: { pixels, start: 0, width: size, height: 1, stride: size, topDown: true, alpha: false } };
  };
  return {
    wasm: (bytes) => outcomeOf(() => image(present(wasmInflate(bytes, size)))),
    reference: (bytes) => outcomeOf(() => image(inflateReference(bytes, size))),
  };
}

/** Two dictionaries that see the same images. */
export function glzTwins(maxPixels: number): Twins {
  const wasm = present(openGlz(maxPixels));
  const reference = new GlzReference(maxPixels);
  return {
    wasm: (bytes) => outcomeOf(() => wasm.decode(bytes)),
    reference: (bytes) => outcomeOf(() => reference.decode(bytes)),
  };
}

/** @throws Error where the twins differ: in the pixels, or in whether they take the image at all */
export function agreed(twins: Twins, bytes: Uint8Array): Outcome {
  const expected = twins.reference(bytes);
  const actual = twins.wasm(bytes);
  const [a, b] = [described(expected), described(actual)];
  if (a !== b) throw new Error(`the twin says ${a}, WebAssembly ${b}`);
  if ('image' in expected && 'image' in actual) {
    const at = expected.image.pixels.findIndex((pixel, i) => pixel !== actual.image.pixels[i]);
    if (at >= 0) throw new Error(`pixel ${at} of ${a} differs`);
  }
  return expected;
}

function outcomeOf(decode: () => { image: DecodedImage } | { missing: number }): Outcome {
  try {
    const result = decode();
    return 'image' in result ? { image: ownPixels(result.image) } : result;
  } catch (error) {
    // A cause is what the SpiceError was made of: a trap.
    if (!(error instanceof SpiceError) || error.cause !== undefined) throw error;
    return { refused: error.code };
  }
}

/** Which refusal it is may differ: the decoders look at things in another order. */
function described(outcome: Outcome): string {
  if ('refused' in outcome) return 'a refusal';
  if ('missing' in outcome) return `that image ${outcome.missing} is missing`;
  const { width, height, stride, topDown, alpha } = outcome.image;
  return `an image of ${width} x ${height}, stride ${stride}, topDown ${topDown}, alpha ${alpha}`;
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('WebAssembly is not to be had here, or the type is left to the twin');
  return value;
}

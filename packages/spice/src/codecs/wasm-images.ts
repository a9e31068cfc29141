import { asSpiceError, SpiceError } from '../wire/error.ts';
import { type DecodedImage, KEPT_PIXELS } from './decoded-image.ts';
import { LZ_TYPE, type LzHeader } from './lz-header.ts';
import type { Lz4Header } from './lz4-header.ts';
import { QUIC_TYPE, type QuicHeader } from './quic-header.ts';
import { WasmInstance } from './wasm-instance.ts';
import { checkZlibHeader } from './zlib-header.ts';

/** Working space of QUIC (wasm/quic.ts) per column. */
const QUIC_COLUMN_BYTES = 5;
/** A memory that has grown beyond this is let go: twice, for its input and for growing ahead. */
const KEPT_WORDS = KEPT_PIXELS * 2;

/** Decodes the images that stand alone, of all sessions: each takes the place of the one before it. */
let shared: WasmInstance | undefined;

/** Undefined where the twin has to do it. @throws SpiceError truncated | malformed | limit */
export function wasmQuic(bytes: Uint8Array, { type, width, height }: QuicHeader): DecodedImage | undefined {
  shared ??= WasmInstance.open();
  if (!shared) return undefined;
  const instance = shared;
  try {
    place(instance, bytes, width * height * 4, width * QUIC_COLUMN_BYTES);
    const result = instance.run.quic(bytes.length, type, width, height);
    if (result < 0) throw instance.failureOf('a QUIC image', result);
    return lent(instance, width, height, true, type === QUIC_TYPE.RGBA);
  } catch (thrown) {
    throw ended(instance, thrown);
  }
}

/** Undefined where the twin has to do it: for rare types, too. @throws SpiceError truncated | malformed | limit */
export function wasmLz(bytes: Uint8Array, { type, width, height, topDown }: LzHeader): DecodedImage | undefined {
  if (type < LZ_TYPE.RGB16 || type > LZ_TYPE.RGBA) return undefined;
  shared ??= WasmInstance.open();
  if (!shared) return undefined;
  const instance = shared;
  try {
    place(instance, bytes, width * height * 4, 0);
    const result = instance.run.lz(bytes.length, type, width * height);
    if (result < 0) throw instance.failureOf('an LZ image', result);
    return lent(instance, width, height, topDown, type === LZ_TYPE.RGBA);
  } catch (thrown) {
    throw ended(instance, thrown);
  }
}

/** Undefined where the twin has to do it. @throws SpiceError truncated | malformed | limit */
export function wasmLz4(
  bytes: Uint8Array,
  { format, rawBytes, topDown, alpha }: Lz4Header,
  width: number,
  height: number,
): DecodedImage | undefined {
  shared ??= WasmInstance.open();
  if (!shared) return undefined;
  const instance = shared;
  try {
    place(instance, bytes, width * height * 4, rawBytes);
    const result = instance.run.lz4(bytes.length, format, width * height, rawBytes);
    if (result < 0) throw instance.failureOf('an LZ4 image', result);
    return lent(instance, width, height, topDown, alpha);
  } catch (thrown) {
    throw ended(instance, thrown);
  }
}

/** Undefined where the twin has to do it. The bytes are lent. @throws SpiceError truncated | malformed | limit */
export function wasmInflate(bytes: Uint8Array, size: number): Uint8Array | undefined {
  checkZlibHeader(bytes);
  shared ??= WasmInstance.open();
  if (!shared) return undefined;
  const instance = shared;
  try {
    place(instance, bytes, size, 0);
    const result = instance.run.inflate(bytes.length, size);
    if (result < 0) throw instance.failureOf('a zlib stream', result);
    const { pixels, start } = lent(instance, 0, 0, true, false);
    return new Uint8Array(pixels.buffer, start * 4, size);
  } catch (thrown) {
    throw ended(instance, thrown);
  }
}

function place(instance: WasmInstance, bytes: Uint8Array, resultBytes: number, spaceBytes: number): void {
  const input = instance.run.place(resultBytes, spaceBytes, bytes.length);
  if (input < 0) throw instance.failureOf('an image', input);
  instance.put(bytes, input);
}

function lent(instance: WasmInstance, width: number, height: number, topDown: boolean, alpha: boolean): DecodedImage {
  const { pixels, start } = instance;
  if (pixels.length > KEPT_WORDS) shared = undefined;
  return { pixels, start, width, height, stride: width, topDown, alpha };
}

/** Lets a memory go that has grown large for nothing, or that is no longer to be trusted: what is no SpiceError is a trap. */
function ended(instance: WasmInstance, thrown: unknown): Error {
  if (!(thrown instanceof SpiceError) || instance.pixels.length > KEPT_WORDS) shared = undefined;
  return asSpiceError(thrown, 'malformed');
}

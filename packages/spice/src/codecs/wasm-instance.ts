import { SpiceError } from '../wire/error.ts';
import { host } from '../wire/host.ts';
import { DECODERS } from './generated/decoders.ts';

/** What wasm/index.ts exports. Where it says "or a failure" a result below 0 is one (see failureOf). */
interface Exports {
  memory: { readonly buffer: ArrayBuffer };
  /** Makes room for an image that stands alone; where its input has to be put, or a failure. */
  place(pixelBytes: number, spaceBytes: number, inputBytes: number): number;
  /** Where the pixels of such images begin. */
  pixelsAt(): number;
  /** 0 or a failure. */
  quic(inputBytes: number, type: number, width: number, height: number): number;
  /** 0 or a failure. */
  lz(inputBytes: number, type: number, pixels: number): number;
  /** 0 or a failure; `rawBytes` of working space hold the rows as they were compressed. */
  lz4(inputBytes: number, format: number, pixels: number, rawBytes: number): number;
  /** 0 or a failure; the result lies where pixels do. */
  inflate(inputBytes: number, size: number): number;
  /** 0 or a failure. */
  openDictionary(maxPixels: number): number;
  /** Makes room for a GLZ image; where its input has to be put, or a failure. */
  glzPlace(idLow: number, idHigh: number, pixels: number, inputBytes: number): number;
  /** Where the pixels are, or a failure. */
  glz(type: number, distance: number): number;
  /** After the failure MISSING: how far back the missing image lies. */
  missingDistance(): number;
  holds(idLow: number, idHigh: number): number;
  /** After a failure: the offset into the input. */
  failedAt(): number;
}

/** Negated results of the exports, see wasm/memory.ts. */
export const MISSING = -5;
const FAILURES: Record<number, ['truncated' | 'malformed' | 'limit', string]> = {
  [-1]: ['truncated', 'ends too early'],
  [-2]: ['malformed', 'has a code that leaves it'],
  [-3]: ['malformed', 'has a match that begins before it'],
  [-4]: ['limit', 'asks for more memory than there is'],
  [-6]: ['malformed', 'refers to one that is gone'],
  [-7]: ['malformed', 'came twice'],
};

let compiled: object | undefined;
let refused = false;

/** A fresh memory with its decoders. */
export class WasmInstance {
  readonly run: Exports;
  /** Index in `pixels` of the first pixel of images that stand alone. */
  readonly start: number;
  #pixels: Int32Array<ArrayBuffer>;
  #bytes: Uint8Array<ArrayBuffer>;

  private constructor(run: Exports) {
    this.run = run;
    this.start = run.pixelsAt() / 4;
    this.#pixels = new Int32Array(run.memory.buffer);
    this.#bytes = new Uint8Array(run.memory.buffer);
  }

  /** Undefined where WebAssembly or its vectors are not to be had, e.g. by a page's Content-Security-Policy. */
  static open(): WasmInstance | undefined {
    if (refused) return undefined;
    try {
      const { Module, Instance } = host.WebAssembly!;
      compiled ??= new Module(Uint8Array.from(host.atob(DECODERS), (letter) => letter.charCodeAt(0)));
      return new WasmInstance(new Instance(compiled).exports as Exports);
    } catch {
      // The first refusal is the last one, unless only the memory for one more was lacking.
      refused = compiled === undefined;
      return undefined;
    }
  }

  /** The whole memory as pixels. A memory that has grown leaves its old views empty. */
  get pixels(): Int32Array<ArrayBuffer> {
    if (this.#pixels.length === 0) this.#view();
    return this.#pixels;
  }

  /** Copies an input to its place. */
  put(input: Uint8Array, at: number): void {
    if (this.#bytes.length === 0) this.#view();
    this.#bytes.set(input, at);
  }

  /** @param what names the image, e.g. "an LZ image" */
  failureOf(what: string, result: number): SpiceError {
    const [code, words] = FAILURES[result] ?? ['malformed', 'cannot be decoded'];
    return new SpiceError(code, `${what} ${words}`, { offset: this.run.failedAt() });
  }

  #view(): void {
    this.#pixels = new Int32Array(this.run.memory.buffer);
    this.#bytes = new Uint8Array(this.run.memory.buffer);
  }
}

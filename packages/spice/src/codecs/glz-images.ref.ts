import { SpiceError } from '../wire/error.ts';
import { decodeGlzReference } from './glz.ref.ts';
import { type GlzImages, type GlzResult, MAX_GLZ_IDS, readGlzHeader } from './glz-header.ts';

interface Entry {
  pixels: Int32Array;
  /** The oldest image that this one's successors may refer to. */
  oldest: number;
}

/** The twin of wasm/glz-dictionary.ts. Ids count up from 0; with several channels they arrive out of order. */
export class GlzReference implements GlzImages {
  readonly #images = new Map<number, Entry>();
  readonly #maxPixels: number;
  #pixels = 0;
  /** All images below this id have arrived. */
  #contiguous = 0;
  #oldest = 0;

  constructor(maxPixels: number) {
    this.#maxPixels = maxPixels;
  }

  decode(bytes: Uint8Array): GlzResult {
    const header = readGlzHeader(bytes);
    const { id, distance, stride, width, height, topDown } = header;
    const count = stride * height;
    if (id < this.#oldest || this.has(id)) throw new SpiceError('malformed', `GLZ image ${id} came twice`);
    if (id - this.#oldest >= MAX_GLZ_IDS || count > this.#maxPixels) throw tooMuch(id);
    const pixels = new Int32Array(count);
    const decoded = decodeGlzReference(bytes, header, pixels, this);
    if ('missing' in decoded) return decoded;
    this.#add(id, distance, pixels);
    return { image: { pixels, start: 0, width, height, stride, topDown, alpha: decoded.alpha } };
  }

  get(id: number): Int32Array | undefined {
    return this.#images.get(id)?.pixels;
  }

  has(id: number): boolean {
    return this.#images.has(id);
  }

  /** Whether an id is still to come; false: it was released or can never arrive. */
  mayArrive(id: number): boolean {
    return id >= this.#contiguous;
  }

  #add(id: number, distance: number, pixels: Int32Array): void {
    this.#pixels += pixels.length;
    this.#images.set(id, { pixels, oldest: id - distance });
    while (this.#images.has(this.#contiguous)) this.#contiguous++;
    if (this.#contiguous > 0) this.#release(this.#images.get(this.#contiguous - 1)?.oldest ?? 0);
    if (this.#pixels > this.#maxPixels) throw tooMuch(id);
  }

  #release(oldest: number): void {
    for (; this.#oldest < oldest && this.#oldest < this.#contiguous; this.#oldest++) {
      this.#pixels -= this.#images.get(this.#oldest)?.pixels.length ?? 0;
      this.#images.delete(this.#oldest);
    }
  }
}

function tooMuch(id: number): SpiceError {
  return new SpiceError('limit', `the GLZ dictionary has no room for image ${id}`);
}

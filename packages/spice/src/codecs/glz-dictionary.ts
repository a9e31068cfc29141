import { SpiceError } from '../wire/error.ts';

interface Entry {
  pixels: Int32Array;
  /** The oldest image that this one's successors may refer to. */
  oldest: number;
}

/**
 * The images that GLZ may refer back to, one dictionary a session: all display channels feed it and read it.
 * Ids count up from 0 over the session; with several channels they arrive out of order.
 */
export class GlzDictionary {
  readonly #images = new Map<number, Entry>();
  readonly #waiting = new Map<number, Array<() => void>>();
  readonly #maxPixels: number;
  #pixels = 0;
  /** All images below this id have arrived. */
  #contiguous = 0;
  #oldest = 0;

  /** @param maxPixels what DISPLAY_INIT promised; half of it again is granted before the session ends */
  constructor(maxPixels: number) {
    this.#maxPixels = maxPixels * 1.5;
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

  /** Resolves when image `id` is there. */
  arrival(id: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(id);
      if (waiting) waiting.push(resolve);
      else this.#waiting.set(id, [resolve]);
    });
  }

  /** @param distance how far back images after this one may refer */
  add(id: number, distance: number, pixels: Int32Array): void {
    if (this.#images.has(id)) throw new SpiceError('malformed', `GLZ image ${id} came twice`);
    this.#pixels += pixels.length;
    this.#images.set(id, { pixels, oldest: id - distance });
    while (this.#images.has(this.#contiguous)) this.#contiguous++;
    if (this.#contiguous > 0) this.#release(this.#images.get(this.#contiguous - 1)?.oldest ?? 0);
    if (this.#pixels > this.#maxPixels) {
      throw new SpiceError('limit', `the GLZ dictionary holds ${this.#pixels} pixels`);
    }
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    for (const resolve of waiting) resolve();
  }

  #release(oldest: number): void {
    for (; this.#oldest < oldest && this.#oldest < this.#contiguous; this.#oldest++) {
      this.#pixels -= this.#images.get(this.#oldest)?.pixels.length ?? 0;
      this.#images.delete(this.#oldest);
    }
  }
}

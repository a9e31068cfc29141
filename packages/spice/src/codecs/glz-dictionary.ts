import type { GlzImages, GlzResult } from './glz-header.ts';
import { GlzReference } from './glz-images.ref.ts';
import { openGlz } from './wasm-glz.ts';

/** The images that GLZ may refer back to, one dictionary a session: all display channels feed it and read it. */
export class GlzDictionary {
  readonly #waiting = new Map<number, Array<() => void>>();
  readonly #maxPixels: number;
  /** Opened with the first image: most sessions never see one. */
  #images: GlzImages | undefined;

  /** @param maxPixels what DISPLAY_INIT promised; half of it again is granted before the session ends */
  constructor(maxPixels: number) {
    this.#maxPixels = maxPixels * 1.5;
  }

  /**
   * Decodes an image and adds it. The pixels are lent: they stay until the next image is decoded.
   * @throws SpiceError truncated | malformed | limit | unsupported
   */
  decode(bytes: Uint8Array): GlzResult {
    this.#images ??= openGlz(this.#maxPixels) ?? new GlzReference(this.#maxPixels);
    const result = this.#images.decode(bytes);
    if (this.#waiting.size > 0) this.#wake(this.#images);
    return result;
  }

  has(id: number): boolean {
    return this.#images?.has(id) ?? false;
  }

  /** Resolves when image `id` is there. */
  arrival(id: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(id);
      if (waiting) waiting.push(resolve);
      else this.#waiting.set(id, [resolve]);
    });
  }

  #wake(images: GlzImages): void {
    for (const [id, resolves] of this.#waiting) {
      if (!images.has(id)) continue;
      this.#waiting.delete(id);
      for (const resolve of resolves) resolve();
    }
  }
}

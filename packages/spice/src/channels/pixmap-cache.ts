import type { PixelMap } from '../draw/pixel-map.ts';
import { SpiceError } from '../wire/error.ts';

interface Entry {
  map: PixelMap;
  lossy: boolean;
}

/**
 * Images that the server refers to again by id; one cache a session, shared by its display channels. The server
 * decides what is dropped; the limit only guards against one that never does.
 */
export class PixmapCache {
  readonly #images = new Map<bigint, Entry>();
  readonly #masks = new Map<bigint, { bits: Uint8Array; width: number; height: number }>();
  readonly #maxPixels: number;
  #pixels = 0;

  /** @param maxPixels what DISPLAY_INIT promised; as much again is granted */
  constructor(maxPixels: number) {
    this.#maxPixels = maxPixels * 2;
  }

  get(id: bigint, lossless: boolean): PixelMap {
    const entry = this.#images.get(id);
    if (!entry) throw new SpiceError('malformed', `image ${id} is not cached`);
    if (lossless && entry.lossy) throw new SpiceError('malformed', `image ${id} is cached with losses only`);
    return entry.map;
  }

  put(id: bigint, map: PixelMap, lossy: boolean, replace: boolean): void {
    if (replace && lossy) throw new SpiceError('malformed', `image ${id} is replaced by one with losses`);
    this.remove(id);
    this.#grow(map.pixels.length);
    this.#images.set(id, { map, lossy });
  }

  getMask(id: bigint): { bits: Uint8Array; width: number; height: number } {
    const mask = this.#masks.get(id);
    if (!mask) throw new SpiceError('malformed', `mask ${id} is not cached`);
    return mask;
  }

  putMask(id: bigint, bits: Uint8Array, width: number, height: number): void {
    this.remove(id);
    this.#grow(bits.length);
    this.#masks.set(id, { bits, width, height });
  }

  remove(id: bigint): void {
    this.#pixels -= this.#images.get(id)?.map.pixels.length ?? 0;
    this.#pixels -= this.#masks.get(id)?.bits.length ?? 0;
    this.#images.delete(id);
    this.#masks.delete(id);
  }

  clear(): void {
    this.#images.clear();
    this.#masks.clear();
    this.#pixels = 0;
  }

  #grow(pixels: number): void {
    this.#pixels += pixels;
    if (this.#pixels > this.#maxPixels) throw new SpiceError('limit', `the image cache holds ${this.#pixels} pixels`);
  }
}

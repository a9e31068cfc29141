import { BITMAP_FORMAT, decodeBitmap, decodeMask } from '../codecs/bitmap.ts';
import { type DecodedImage, lentRoom, MAX_IMAGE_PIXELS, ownPixels } from '../codecs/decoded-image.ts';
import type { GlzDictionary } from '../codecs/glz-dictionary.ts';
import { inflate } from '../codecs/inflate.ts';
import type { JpegDecoder } from '../codecs/jpeg-decoder.ts';
import { decodeLzAlpha } from '../codecs/lz.ref.ts';
import { decodeLz } from '../codecs/lz.ts';
import { decodeLz4 } from '../codecs/lz4.ts';
import type { Palette } from '../codecs/palette.ts';
import { decodeQuic } from '../codecs/quic.ts';
import type { Mask } from '../draw/mask.ts';
import { type PixelMap, pixelMapOf } from '../draw/pixel-map.ts';
import { SpiceError } from '../wire/error.ts';
import type { ImageData, ImageMessage, MaskMessage, PaletteSource } from './display-messages.ts';
import type { PixmapCache } from './pixmap-cache.ts';

/** Most palettes kept; drivers use a handful. */
const MAX_PALETTES = 1024;
/** A GLZ stream is at most this much longer than the pixels it stands for. */
const MAX_GLZ_BYTES = MAX_IMAGE_PIXELS * 4;

/** `sized-video`: a frame that says its own size and place. */
export type ImageForm = ImageData['kind'] | 'video' | 'sized-video';

/** A value that is mostly there at once and sometimes only later. */
export type Soon<T> = T | Promise<T>;

export function whenReady<T, R>(value: Soon<T>, then: (value: T) => Soon<R>): Soon<R> {
  return value instanceof Promise ? value.then(then) : then(value);
}

export interface ImageStoreOptions {
  cache: PixmapCache;
  dictionary: GlzDictionary;
  jpeg: JpegDecoder;
  /** The pixels of a surface of this channel. */
  surface(id: number): PixelMap;
  /** How long an image may wait for another channel's GLZ image. */
  patience(work: Promise<void>): Promise<void>;
}

/**
 * Turns the images of draw messages into pixels: decodes, reads and fills the session's pixmap cache and the
 * channel's palettes. A result is only valid until its message is drawn, unless it comes from the cache.
 *
 * Decoders lend their pixels, which the next image of any channel overwrites. So what is drawn at once is never
 * copied; an image is copied where it is cached, where another one of the same message is decoded after it, and where
 * its message has to wait.
 */
export class ImageStore {
  /** How many images came in each form. */
  readonly counts = new Map<ImageForm, number>();
  readonly #options: ImageStoreOptions;
  readonly #palettes = new Map<bigint, Palette>();
  /** The image of this message whose pixels are lent, and its map as it was handed out. */
  #lent: { image: DecodedImage; map: PixelMap } | undefined;
  /** Whether an image of this message is still to come. */
  #waiting = false;

  constructor(options: ImageStoreOptions) {
    this.#options = options;
  }

  /** Begins a new draw message. */
  next(): void {
    this.#lent = undefined;
    this.#waiting = false;
  }

  count(kind: ImageForm): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  forgetPalette(id: bigint): void {
    this.#palettes.delete(id);
  }

  forgetPalettes(): void {
    this.#palettes.clear();
  }

  /** @throws SpiceError truncated | malformed | limit | unsupported */
  image(message: ImageMessage): Soon<PixelMap> {
    const { data } = message;
    this.count(data.kind);
    if (data.kind === 'surface') return this.#options.surface(data.surface);
    if (data.kind === 'cached') return this.#options.cache.get(message.id, data.lossless);
    this.#keepLent();
    const decoded = this.#decode(message, data);
    const lossy = data.kind === 'jpeg' || data.kind === 'jpeg-alpha';
    if (!(decoded instanceof Promise)) return this.#mapOf(message, decoded, lossy, !lossy);
    this.#waiting = true;
    return decoded.then((image) => this.#mapOf(message, image, lossy, false));
  }

  #mapOf(message: ImageMessage, decoded: DecodedImage, lossy: boolean, lent: boolean): PixelMap {
    if (decoded.width !== message.width || decoded.height !== message.height) {
      throw new SpiceError('malformed', `an image of ${decoded.width} x ${decoded.height} announced otherwise`);
    }
    const cached = message.cache || message.replace;
    const copied = lent && (cached || this.#waiting);
    const image = copied ? ownPixels(decoded) : decoded;
    const map = pixelMapOf(image, message.highBits || widensToOpaque(message.data));
    if (cached) this.#options.cache.put(message.id, map, lossy, message.replace);
    if (lent && !copied) this.#lent = { image, map };
    return map;
  }

  /** Copies what was lent before it is overwritten. */
  #keepLent(): void {
    if (!this.#lent) return;
    const { image, map } = this.#lent;
    map.pixels = ownPixels(image).pixels;
    map.offset -= image.start;
    this.#lent = undefined;
  }

  /** A mask over an operation whose box begins at (left, top); undefined where the message has none. */
  mask({ image, invert, x, y }: MaskMessage, left: number, top: number): Mask | undefined {
    if (!image) return undefined;
    const { data, width, height } = image;
    const place = { width, height, left: left - x, top: top - y, invert };
    if (data.kind === 'bitmap') {
      const { format, topDown, stride } = data;
      const bits = decodeMask({ format, topDown, width, height, stride, palette: undefined, data: data.data });
      if (image.cache) this.#options.cache.putMask(image.id, bits, width, height);
      return { ...place, bits };
    }
    if (data.kind === 'cached') return { ...place, ...this.#options.cache.getMask(image.id) };
    if (data.kind === 'surface') {
      const map = this.#options.surface(data.surface);
      const bits = Uint8Array.from(map.pixels, (pixel) => (pixel === 0 ? 0 : 1));
      return { ...place, bits, width: map.width, height: map.height };
    }
    throw new SpiceError('malformed', `a mask that is a ${data.kind} image`);
  }

  #decode(message: ImageMessage, data: Exclude<ImageData, { kind: 'cached' | 'surface' }>): Soon<DecodedImage> {
    const { width, height } = message;
    switch (data.kind) {
      case 'bitmap': {
        const { format, topDown, stride } = data;
        const palette = this.#palette(data.palette);
        return decodeBitmap({ format, topDown, width, height, stride, palette, data: data.data }, lentRoom);
      }
      case 'quic':
        return decodeQuic(data.data);
      case 'lz':
        return decodeLz(data.data);
      case 'lz-palette':
        return decodeLz(data.data, this.#palette(data.palette));
      case 'lz4':
        return decodeLz4(data.data, width, height);
      case 'glz':
        return this.#glz(data.data);
      case 'zlib-glz':
        if (data.size > MAX_GLZ_BYTES) throw new SpiceError('limit', `a GLZ image of ${data.size} bytes`);
        return this.#glz(inflate(data.data, data.size));
      case 'jpeg':
        return this.#options.jpeg(data.data);
      case 'jpeg-alpha':
        return whenReady(this.#options.jpeg(data.data.subarray(0, data.jpegBytes)), (image) => {
          const alpha = data.data.subarray(data.jpegBytes);
          // The JPEG is always top down; the alpha stream may not be.
          const { pixels } = image;
          if (data.topDown) decodeLzAlpha(alpha, pixels, image.width, image.height);
          else addAlphaBottomUp(alpha, image);
          return { ...image, alpha: true };
        });
    }
  }

  #glz(bytes: Uint8Array): Soon<DecodedImage> {
    const { dictionary, patience } = this.#options;
    const result = dictionary.decode(bytes);
    if ('image' in result) return result.image;
    // Meanwhile other channels decode, and between this image's decoding and its drawing as well: what is lent is copied.
    const kept = bytes.slice();
    return patience(dictionary.arrival(result.missing)).then(() => whenReady(this.#glz(kept), ownPixels));
  }

  #palette(source: PaletteSource): Palette | undefined {
    switch (source.kind) {
      case 'none':
        return undefined;
      case 'cached': {
        const palette = this.#palettes.get(source.id);
        if (!palette) throw new SpiceError('malformed', `palette ${source.id} is not cached`);
        return palette;
      }
      case 'given':
        if (source.cacheAs !== undefined) {
          if (this.#palettes.size >= MAX_PALETTES) throw new SpiceError('limit', `more than ${MAX_PALETTES} palettes`);
          this.#palettes.set(source.cacheAs, source.palette);
        }
        return source.palette;
    }
  }
}

/** Forms whose pixels count as opaque on surfaces with alpha; those of other forms without alpha leave it at 0. */
function widensToOpaque(data: ImageData): boolean {
  if (data.kind === 'bitmap') return data.format === BITMAP_FORMAT['16BIT'];
  const format = data.kind === 'lz4' ? data.data[1] : undefined;
  return format === BITMAP_FORMAT['16BIT'] || format === BITMAP_FORMAT['24BIT'];
}

function addAlphaBottomUp(alpha: Uint8Array, image: DecodedImage): void {
  const { pixels, width, height } = image;
  const flipped = new Int32Array(width * height);
  decodeLzAlpha(alpha, flipped, width, height);
  for (let y = 0; y < height; y++) {
    const from = (height - 1 - y) * width;
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      pixels[at] = (pixels[at]! & 0xffffff) | (flipped[from + x]! & 0xff000000);
    }
  }
}

import { QUIC_TYPE } from '../../../codecs/quic-header.ts';
import type { WireImage } from '../draw-messages.ts';
import { JPEG_SAMPLINGS } from '../encoders/jpeg.ts';
import { GlzWindow } from '../encoders/lz.ts';
import {
  bitmapImage,
  glzImage,
  type IndexedPicture,
  indexedBitmap,
  jpegAlphaImage,
  jpegImage,
  lz4Image,
  lzImage,
  lzPaletteImage,
  quicImage,
  zlibGlzImage,
} from '../wire-images.ts';
import { randomIndexed, randomPicture } from './pictures.ts';
import type { Random } from './random.ts';

/** A way in which an image can travel. */
export interface ImageForm {
  name: string;
  /** Whether the client may not take it from its cache as lossless. */
  isLossy: boolean;
  /** Whether later images need this one: spice-gtk does not read the images of an operation that is clipped away. */
  isKept: boolean;
  /** Alpha beside colours, alpha alone, or neither. */
  alpha: 'beside' | 'alone' | 'none';
  make(random: Random, width: number, height: number): WireImage;
}

/** Raw bitmaps with the first pixel in the low bits are refused by spice-gtk; nobody sends them. */
const INDEXED = [
  ['1BIT_LE', 2, false],
  ['1BIT_BE', 2, true],
  ['4BIT_LE', 16, false],
  ['4BIT_BE', 16, true],
  ['8BIT', 256, true],
] as const;
const directions = [true, false] as const;
const directionName = (topDown: boolean): string => (topDown ? 'top down' : 'bottom up');

/** Every image type, format and direction. GLZ windows and palettes live as long as the forms: one session. */
export function imageForms(): ImageForm[] {
  const forms: ImageForm[] = [];
  const add = (name: string, make: ImageForm['make'], more: Partial<ImageForm> = {}): void => {
    forms.push({ name, make, isLossy: false, isKept: false, alpha: 'none', ...more });
  };
  for (const topDown of directions) {
    const way = directionName(topDown);
    for (const format of ['16BIT', '24BIT', '32BIT', 'RGBA', '8BIT_A'] as const) {
      const alpha = format === 'RGBA' ? 'beside' : format === '8BIT_A' ? 'alone' : 'none';
      const make =
        (padding: number): ImageForm['make'] =>
        (random, width, height) =>
          bitmapImage(randomPicture(random, width, height), format, topDown, padding);
      add(`bitmap ${format} ${way}`, make(0), { alpha });
      add(`bitmap ${format} ${way}, wide rows`, make(12), { alpha });
    }
    for (const [format, colours, isSentRaw] of INDEXED) {
      const palettes = new SentPalettes();
      for (const isKept of [false, true]) {
        const indexed = (random: Random, width: number, height: number): IndexedPicture => {
          const picture = randomIndexed(random, width, height, colours);
          return isKept ? palettes.of(random, picture) : picture;
        };
        const cache = isKept ? ', cached palette' : '';
        if (isSentRaw) {
          const make: ImageForm['make'] = (random, width, height) =>
            indexedBitmap(indexed(random, width, height), format, topDown);
          add(`bitmap ${format} ${way}${cache}`, make, { isKept });
        }
        const make: ImageForm['make'] = (random, width, height) =>
          lzPaletteImage(indexed(random, width, height), format, topDown);
        add(`lz ${format} ${way}${cache}`, make, { isKept });
      }
    }
    for (const format of ['RGB16', 'RGB24', 'RGB32', 'RGBA', 'A8'] as const) {
      const alpha = format === 'RGBA' ? 'beside' : format === 'A8' ? 'alone' : 'none';
      add(
        `lz ${format} ${way}`,
        (random, width, height) => lzImage(randomPicture(random, width, height), format, topDown),
        {
          alpha,
        },
      );
      if (format === 'RGB24' || format === 'A8') continue;
      add(`glz ${format} ${way}`, windowed(format, topDown, glzImage), { alpha });
      add(`zlib glz ${format} ${way}`, windowed(format, topDown, zlibGlzImage), { alpha });
    }
    for (const format of ['16BIT', '24BIT', '32BIT', 'RGBA'] as const) {
      for (const blocks of [1, 3]) {
        add(
          `lz4 ${format} ${way}, ${blocks} blocks`,
          (random, width, height) => lz4Image(randomPicture(random, width, height), format, topDown, blocks),
          { alpha: format === 'RGBA' ? 'beside' : 'none' },
        );
      }
    }
    for (const sampling of JPEG_SAMPLINGS) {
      add(
        `jpeg ${sampling} with alpha ${way}`,
        (random, width, height) =>
          jpegAlphaImage(randomPicture(random, width, height), random.between(1, 40), sampling, topDown),
        { isLossy: true, alpha: 'beside' },
      );
    }
  }
  for (const [name, type] of Object.entries(QUIC_TYPE)) {
    add(`quic ${name}`, (random, width, height) => quicImage(randomPicture(random, width, height), type), {
      alpha: name === 'RGBA' ? 'beside' : 'none',
    });
  }
  for (const sampling of JPEG_SAMPLINGS) {
    add(
      `jpeg ${sampling}`,
      (random, width, height) => jpegImage(randomPicture(random, width, height), random.between(1, 40), sampling),
      { isLossy: true },
    );
  }
  return forms;
}

/** The dictionary is one for all images of a session, whatever their format; ids count through. */
const windows = new WeakMap<Random, GlzWindow>();
const WINDOW_IMAGES = 12;

function windowed(format: 'RGB16' | 'RGB32' | 'RGBA', topDown: boolean, make: typeof glzImage): ImageForm['make'] {
  return (random, width, height) => {
    const window = windows.get(random) ?? new GlzWindow(WINDOW_IMAGES);
    windows.set(random, window);
    return make(randomPicture(random, width, height), format, topDown, window);
  };
}

/** Palettes that the client was asked to keep are used again. */
class SentPalettes {
  #kept: IndexedPicture | undefined;

  of(random: Random, picture: IndexedPicture): IndexedPicture {
    const kept = this.#kept;
    if (kept && random.chance(0.4)) {
      return { ...picture, palette: kept.palette, paletteId: kept.paletteId!, paletteCache: 'has' };
    }
    this.#kept = { ...picture, paletteId: nextPalette++, paletteCache: 'keep' };
    return this.#kept;
  }
}

let nextPalette = 1n;

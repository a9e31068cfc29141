import { constants, deflateSync } from 'node:zlib';
import { LZ_TYPE } from '../../codecs/lz-header.ts';
import { QUIC_TYPE } from '../../codecs/quic-header.ts';
import { encodeGlz, encodeLz, GlzWindow, glzHeader, lzHeader, type Units } from '../server/encoders/lz.ts';
import { alphaUnits, colorUnits, narrowUnits } from '../server/encoders/lz-units.ts';
import { encodeLz4 } from '../server/encoders/lz4.ts';
import { encodeQuic } from '../server/encoders/quic.ts';
import { agreed, glzTwins, inflateTwins, lz4Twins, lzTwins, quicTwins, type Twins } from './twins.ts';

/** How often what a fuzzer sent was still an image, and how often it was refused. */
export interface FuzzCounts {
  decoded: number;
  refused: number;
}

/** Numbers from a seed, so that a failure can be had again. */
export type Dice = (sides: number) => number;
export function diceOf(seed: number): Dice {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return Math.floor(((state >>> 8) / 0x1000000) * sides);
  };
}

/** A good image, and who decodes it. */
interface Seed {
  bytes: Uint8Array;
  twins: Twins;
}

const SEEDS = 40;
const PIXELS_AT_MOST = 1 << 16;
const GLZ_WINDOW_PIXELS = 1 << 18;
/** After so many, new dictionaries: mutated headers close old ones sooner or later. */
const GLZ_SESSION = 500;
const IDS_AT = 25;
const DISTANCE_AT = 29;

/** @throws Error at the first image about which WebAssembly and the twin disagree, naming its number and bytes */
export function fuzzQuic(count: number, seed: number): FuzzCounts {
  const dice = diceOf(seed);
  const types = Object.values(QUIC_TYPE);
  const images = Array.from({ length: SEEDS }, (_, i) => {
    const { width, height, pixels } = pictureOf(dice, i);
    const type = types[i % types.length]!;
    const samples = type === QUIC_TYPE.RGB16 ? pixels.map((pixel) => pixel & 0x1f1f1f) : pixels;
    return { bytes: encodeQuic(type, width, height, samples), twins: quicTwins };
  });
  return fuzz(images, 20, count, dice, sizeOf(12));
}

export function fuzzLz(count: number, seed: number): FuzzCounts {
  const dice = diceOf(seed);
  const images = Array.from({ length: SEEDS }, (_, i) => {
    return { bytes: lzImageOf(dice, i), twins: lzTwins };
  });
  return fuzz(images, 28, count, dice, (bytes) => {
    const type = new DataView(bytes.buffer).getUint32(8);
    // The types of the twin alone have nothing to be compared with.
    return type >= LZ_TYPE.RGB16 && type <= LZ_TYPE.RGBA ? sizeOf(12, false)(bytes) : Number.POSITIVE_INFINITY;
  });
}

export function fuzzLz4(count: number, seed: number): FuzzCounts {
  const dice = diceOf(seed);
  const images = Array.from({ length: SEEDS }, (_, i) => {
    const { width, height, pixels } = pictureOf(dice, i);
    const format = 6 + (i % 4);
    const bytes = Array.from(pixels).flatMap((pixel) =>
      format === 6 ? [pixel & 255, (pixel >> 8) & 127] : format === 7 ? bgr(pixel) : [...bgr(pixel), pixel >>> 24],
    );
    return { bytes: encodeLz4(Uint8Array.from(bytes), format, 1 + dice(3)), twins: lz4Twins(width, height) };
  });
  return fuzz(images, 2, count, dice, () => 0);
}

export function fuzzInflate(count: number, seed: number): FuzzCounts {
  const dice = diceOf(seed);
  const { Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE } = constants;
  const strategies = [Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE];
  const images = Array.from({ length: SEEDS }, (_, i) => {
    const { pixels } = pictureOf(dice, i);
    const bytes = new Uint8Array(pixels.buffer);
    const deflated = deflateSync(bytes, { level: i % 10, strategy: strategies[i % strategies.length] });
    return { bytes: Uint8Array.from(deflated), twins: inflateTwins(bytes.length) };
  });
  return fuzz(images, 2, count, dice, () => 0);
}

export function fuzzGlz(count: number, seed: number): FuzzCounts {
  const dice = diceOf(seed);
  const counts: FuzzCounts = { decoded: 0, refused: 0 };
  for (let done = 0; done < count; done += GLZ_SESSION) {
    const twins = glzTwins(GLZ_WINDOW_PIXELS);
    const { alone, referring } = glzImagesOf(dice);
    let id = 0;
    // Good images refer to those before them, unless there are none or a mutated one has changed its size.
    let afresh = true;
    for (let i = 0; i < Math.min(GLZ_SESSION, count - done); i++) {
      const images = id < GLZ_BACK || afresh ? alone : referring;
      const bytes = images[id % images.length]!.slice();
      const view = new DataView(bytes.buffer);
      view.setUint32(IDS_AT, id);
      view.setUint32(DISTANCE_AT, Math.min(id, GLZ_REACH));
      // Every other image is good, so that there is something to refer to.
      if (i % 2 === 1) mutate(bytes, dice, 33);
      if (sizeOf(9, false)(bytes) > PIXELS_AT_MOST) continue;
      const outcome = tried(twins, dice(10) === 0 ? bytes.subarray(0, dice(bytes.length)) : bytes, i);
      counts[outcome]++;
      if (outcome === 'decoded') id++;
      afresh = outcome === 'refused' && i % 2 === 0;
    }
  }
  return counts;
}

/** How far back good images refer, and how far back they say that later ones may. */
const GLZ_BACK = 3;
const GLZ_REACH = 6;

function fuzz(
  images: Seed[],
  headerBytes: number,
  count: number,
  dice: Dice,
  pixelsOf: (bytes: Uint8Array) => number,
): FuzzCounts {
  const counts: FuzzCounts = { decoded: 0, refused: 0 };
  for (let i = 0; i < count; i++) {
    const { bytes: whole, twins } = images[dice(images.length)]!;
    // A good one now and then shows that those before it left the decoder's tables alone.
    if (i % 100 === 0) {
      if (tried(twins, whole, i) !== 'decoded') throw new Error(`a good image was refused at ${i}`);
      continue;
    }
    const bytes = whole.slice();
    mutate(bytes, dice, headerBytes);
    if (pixelsOf(bytes) > PIXELS_AT_MOST) continue;
    counts[tried(twins, dice(5) === 0 ? bytes.subarray(0, dice(bytes.length)) : bytes, i)]++;
  }
  return counts;
}

function tried(twins: Twins, bytes: Uint8Array, i: number): keyof FuzzCounts {
  try {
    return 'image' in agreed(twins, bytes) ? 'decoded' : 'refused';
  } catch (error) {
    throw new Error(`image ${i}: ${Buffer.from(bytes).toString('base64')}`, { cause: error });
  }
}

/** A few bytes anywhere, mostly behind the header, to values that mean something more often than not. */
function mutate(bytes: Uint8Array, dice: Dice, headerBytes: number): void {
  for (let left = 1 + dice(4); left > 0; left--) {
    const inHeader = dice(8) === 0 || bytes.length === headerBytes;
    const at = inHeader ? dice(headerBytes) : headerBytes + dice(bytes.length - headerBytes);
    const values = [0, 255, 0x1f, 0xe0, 0x20, bytes[at]! ^ (1 << dice(8)), dice(256)];
    bytes[at] = values[dice(values.length)]!;
  }
}

function sizeOf(at: number, littleEndian = true): (bytes: Uint8Array) => number {
  return (bytes) => {
    const view = new DataView(bytes.buffer);
    return view.getUint32(at, littleEndian) * view.getUint32(at + 4, littleEndian);
  };
}

/** Flat areas, gradients and noise beside each other. Small; one in SEEDS so large that QUIC's updates become rare. */
function pictureOf(dice: Dice, i: number): { width: number; height: number; pixels: Int32Array } {
  const width = i === 0 ? 80 : 1 + dice(24);
  const height = i === 0 ? 60 : 1 + dice(10);
  const flat = 1 + dice(20);
  const color = dice(1 << 24);
  const pixels = Int32Array.from({ length: width * height }, (_, i) => {
    const kind = (Math.floor((i % width) / flat) + Math.floor(i / width / 5)) % 3;
    return kind === 0 ? color : kind === 1 ? color + i * 0x01010203 : Math.imul(i + color, 0x9e3779b1);
  });
  return { width, height, pixels };
}

const bgr = (pixel: number): number[] => [(pixel >> 16) & 255, (pixel >> 8) & 255, pixel & 255];

function lzImageOf(dice: Dice, i: number): Uint8Array {
  const type = LZ_TYPE.RGB16 + (i % 4);
  const { width, height, pixels } = pictureOf(dice, i);
  const to = lzHeader(type, width, height, width * 4, true);
  encodeLz(type === LZ_TYPE.RGB16 ? narrowUnits(pixels) : colorUnits(pixels), to);
  if (type === LZ_TYPE.RGBA) encodeLz(alphaUnits(pixels), to);
  return to.finish();
}

/** The same pictures twice: each by itself, and referring to those before it, also round the end, so that ids can go on. */
function glzImagesOf(dice: Dice): { alone: Uint8Array[]; referring: Uint8Array[] } {
  const colors = Array.from({ length: 4 }, () => dice(1 << 24));
  const pictures = Array.from({ length: 12 }, () =>
    Int32Array.from(
      Array.from({ length: 1 + dice(30) }, () => {
        const color = dice(5) === 0 ? dice(1 << 24) : colors[dice(4)]!;
        return Array<number>(1 + dice(6)).fill(color);
      }).flat(),
    ),
  );
  const type = dice(2) === 0 ? LZ_TYPE.RGBA : LZ_TYPE.RGB32;
  const encoded = (picture: Int32Array, id: number, earlier: (readonly [number, Int32Array])[]): Uint8Array => {
    const to = glzHeader(type, picture.length, 1, true, { id: 0, oldest: 0 });
    const stream = (units: (pixels: Int32Array) => Units): void => {
      const window = new GlzWindow(GLZ_BACK + 1);
      for (const [of, pixels] of earlier) window.add(of, units(pixels).keys);
      encodeGlz(units(picture), id, window, to);
    };
    stream(colorUnits);
    if (type === LZ_TYPE.RGBA) stream(alphaUnits);
    return to.finish();
  };
  const count = pictures.length;
  const before = (i: number) =>
    Array.from({ length: GLZ_BACK }, (_, back) => count + i - 1 - back).map(
      (id) => [id, pictures[id % count]!] as const,
    );
  return {
    alone: pictures.map((picture, i) => encoded(picture, i, [])),
    referring: pictures.map((picture, i) => encoded(picture, count + i, before(i))),
  };
}

import { ZIGZAG } from '../../../codecs/jpeg-tables.ts';
import { ByteWriter } from '../../../wire/byte-writer.ts';

/**
 * Baseline JPEG (ITU T.81) of a picture, three components. All Huffman codes of a kind have one
 * length, so that a symbol's code is its place in the table: larger than usual, and simple.
 */
const DC_SYMBOLS = Array.from({ length: 12 }, (_, size) => size);
const DC_BITS = 4;
/** End of block, sixteen zeros, and each run of zeros with each size. */
const AC_SYMBOLS = [0x00, 0xf0, ...Array.from({ length: 160 }, (_, i) => (Math.floor(i / 10) << 4) | ((i % 10) + 1))];
const AC_BITS = 8;
const AC_CODES = new Map(AC_SYMBOLS.map((symbol, code) => [symbol, code]));

/** How many pixels of the picture lie side by side and below each other in one sample of the two chroma components. */
const CHROMA = { '4:4:4': [1, 1], '4:2:2': [2, 1], '4:4:0': [1, 2], '4:2:0': [2, 2] } as const;
export type JpegSampling = keyof typeof CHROMA;
export const JPEG_SAMPLINGS = Object.keys(CHROMA) as JpegSampling[];

/** @param step quantisation step of all coefficients, 1 to 255: the larger, the lossier */
export function encodeJpeg(
  width: number,
  height: number,
  pixels: Int32Array,
  step: number,
  sampling: JpegSampling = '4:4:4',
): Uint8Array {
  const [across, down] = CHROMA[sampling];
  const out = new ByteWriter(width * height);
  const segment = (marker: number, bytes: readonly number[]): void => {
    out
      .u8(0xff)
      .u8(marker)
      .u8((bytes.length + 2) >> 8)
      .u8(bytes.length + 2)
      .put(bytes);
  };
  out.u8(0xff).u8(0xd8);
  segment(0xdb, [0, ...new Array<number>(64).fill(step)]);
  const components = [1, 2, 3];
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  segment(0xc0, [8, ...size, 3, ...components.flatMap((id) => [id, id === 1 ? (across << 4) | down : 0x11, 0])]);
  segment(0xc4, [0x00, ...countsOf(DC_BITS, DC_SYMBOLS.length), ...DC_SYMBOLS]);
  segment(0xc4, [0x10, ...countsOf(AC_BITS, AC_SYMBOLS.length), ...AC_SYMBOLS]);
  segment(0xda, [3, ...components.flatMap((id) => [id, 0]), 0, 63, 0]);
  const bits = new EntropyWriter(out);
  const before = [0, 0, 0];
  const block = new Float64Array(64);
  /** A block of samples from (left, top) on, each the mean of so many pixels; the picture's edges go on for ever. */
  const put = (component: number, left: number, top: number, wide: number, high: number): void => {
    block.fill(-128);
    for (let i = 0; i < 64; i++) {
      for (let j = 0; j < wide * high; j++) {
        const x = Math.min(left + (i & 7) * wide + (j % wide), width - 1);
        const y = Math.min(top + (i >> 3) * high + Math.floor(j / wide), height - 1);
        block[i]! += sampleOf(pixels[y * width + x]!, component) / (wide * high);
      }
    }
    before[component] = writeBlock(bits, forwardDct(block), step, before[component]!);
  };
  for (let y = 0; y < height; y += 8 * down) {
    for (let x = 0; x < width; x += 8 * across) {
      for (let i = 0; i < across * down; i++) put(0, x + 8 * (i % across), y + 8 * Math.floor(i / across), 1, 1);
      for (const component of [1, 2]) put(component, x, y, across, down);
    }
  }
  bits.flush();
  return out.u8(0xff).u8(0xd9).finish();
}

const countsOf = (bits: number, count: number): number[] =>
  Array.from({ length: 16 }, (_, i) => (i + 1 === bits ? count : 0));

/** Y, Cb or Cr of a pixel (JFIF 1.02). */
function sampleOf(pixel: number, component: number): number {
  const [r, g, b] = [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  if (component === 0) return 0.299 * r + 0.587 * g + 0.114 * b;
  if (component === 1) return -0.168736 * r - 0.331264 * g + 0.5 * b + 128;
  return 0.5 * r - 0.418688 * g - 0.081312 * b + 128;
}

const COSINES = Float64Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7];
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

function forwardDct(block: Float64Array): Float64Array {
  const rows = new Float64Array(64);
  const result = new Float64Array(64);
  for (let y = 0; y < 8; y++) {
    for (let u = 0; u < 8; u++) {
      for (let x = 0; x < 8; x++) rows[y * 8 + u]! += block[y * 8 + x]! * COSINES[u * 8 + x]!;
    }
  }
  for (let v = 0; v < 8; v++) {
    for (let u = 0; u < 8; u++) {
      for (let y = 0; y < 8; y++) result[v * 8 + u]! += rows[y * 8 + u]! * COSINES[v * 8 + y]!;
    }
  }
  return result;
}

/** Returns the block's DC coefficient, from which the next one differs. */
function writeBlock(bits: EntropyWriter, coefficients: Float64Array, step: number, before: number): number {
  const quantised = Array.from(ZIGZAG, (place) => Math.round(coefficients[place]! / step));
  const dc = quantised[0]!;
  const difference = sizeOf(dc - before);
  bits.put(difference, DC_BITS);
  bits.put(bitsOf(dc - before, difference), difference);
  let zeros = 0;
  for (const value of quantised.slice(1)) {
    if (value === 0) {
      zeros++;
      continue;
    }
    for (; zeros > 15; zeros -= 16) bits.put(AC_CODES.get(0xf0)!, AC_BITS);
    const size = sizeOf(value);
    bits.put(AC_CODES.get((zeros << 4) | size)!, AC_BITS);
    bits.put(bitsOf(value, size), size);
    zeros = 0;
  }
  if (zeros > 0) bits.put(AC_CODES.get(0)!, AC_BITS);
  return dc;
}

const sizeOf = (value: number): number => 32 - Math.clz32(Math.abs(value));
const bitsOf = (value: number, size: number): number => (value < 0 ? value + (1 << size) - 1 : value);

class EntropyWriter {
  readonly #out: ByteWriter;
  #word = 0;
  #count = 0;

  constructor(out: ByteWriter) {
    this.#out = out;
  }

  put(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit--) {
      this.#word = (this.#word << 1) | ((value >> bit) & 1);
      if (++this.#count < 8) continue;
      this.#out.u8(this.#word);
      if (this.#word === 0xff) this.#out.u8(0);
      this.#word = 0;
      this.#count = 0;
    }
  }

  /** Fills the last byte with ones. */
  flush(): void {
    while (this.#count > 0) this.put(1, 1);
  }
}

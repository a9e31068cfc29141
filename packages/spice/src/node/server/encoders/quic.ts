import { QUIC_TYPE } from '../../../codecs/quic-header.ts';
import { QuicModel } from '../../../codecs/quic-model.ts';
import { FAMILY_5, FAMILY_8 } from '../../../codecs/quic-tables.ts';
import { ByteWriter } from '../../../wire/byte-writer.ts';

/** Bits into little-endian 32-bit words, first bit on top. */
class BitWriter {
  readonly #out: ByteWriter;
  #word = 0;
  #free = 32;

  constructor(capacity: number) {
    this.#out = new ByteWriter(capacity);
  }

  /** The low `length` bits, at most 32, of a value that has no others. */
  put(value: number, length: number): void {
    if (length < this.#free) {
      this.#free -= length;
      this.#word |= value << this.#free;
      return;
    }
    const rest = length - this.#free;
    this.#out.u32(this.#word | (value >>> rest));
    this.#free = 32 - rest;
    this.#word = rest > 0 ? value << this.#free : 0;
  }

  /** Two words of zeros behind the last bit: decoders read ahead. */
  finish(): Uint8Array {
    this.put(0, this.#free % 32);
    return this.#out.u32(0).u32(0).finish();
  }
}

/** Which samples of a pixel are coded together: all colours, or alpha. */
interface Plane {
  model: QuicModel;
  shifts: readonly number[];
  mask: number;
}

/** QUIC; the format is described at the decoder. `pixels` as it gives them; RGB16 takes five-bit samples per byte lane. */
export function encodeQuic(type: number, width: number, height: number, pixels: Int32Array): Uint8Array {
  const out = new BitWriter(width * height);
  for (const word of [0x43495551, 0, type, width, height]) out.put(word, 32);
  const colors: Plane = { model: new QuicModel(3), shifts: [0, 8, 16], mask: 0xffffff };
  colors.model.reset(type === QUIC_TYPE.RGB16 ? FAMILY_5 : FAMILY_8, width);
  const alpha: Plane = { model: new QuicModel(1), shifts: [24], mask: 0xff000000 };
  alpha.model.reset(FAMILY_8, width);
  const planes = type === QUIC_TYPE.RGBA ? [colors, alpha] : [colors];
  for (let y = 0; y < height; y++) {
    for (const plane of planes) {
      for (let x = 0, count = 0; x < width; x += count) {
        count = plane.model.segment(width - x);
        if (count > 0) encodeSegment(out, plane, pixels, y, x, x + count, width);
      }
    }
  }
  return out.finish();
}

function encodeSegment(
  out: BitWriter,
  plane: Plane,
  pixels: Int32Array,
  y: number,
  start: number,
  end: number,
  width: number,
): void {
  const { model, mask } = plane;
  const same = (a: number, b: number): boolean => ((pixels[a]! ^ pixels[b]!) & mask) === 0;
  let update = start + model.wait;
  let runAt = 0;
  for (let x = start; x < end; ) {
    const at = y * width + x;
    if (y > 0 && x > 2 && runAt !== x && same(at - width - 1, at - width) && same(at - 1, at - 2)) {
      runAt = x;
      model.wait = update - x;
      let run = 0;
      while (x + run < end && same(at + run, at - 1)) run++;
      encodeRun(out, model, run);
      x += run;
      if (x === end) return;
      update = x + model.wait;
      continue;
    }
    const updates = x === update;
    encodePixel(out, plane, pixels, at, x, y, width, updates);
    x++;
    if (updates) update = x + model.pause();
  }
  model.wait = update - end;
}

function encodePixel(
  out: BitWriter,
  { model, shifts }: Plane,
  pixels: Int32Array,
  at: number,
  x: number,
  y: number,
  width: number,
  updates: boolean,
): void {
  const { family, residuals } = model;
  const mask = (1 << family.bits) - 1;
  const context = x > 0 ? residuals[x - 1]! : y > 0 ? residuals[0]! : 0;
  let packed = 0;
  for (let colour = 0; colour < shifts.length; colour++) {
    const shift = shifts[colour]!;
    const left = x > 0 ? (pixels[at - 1]! >>> shift) & 255 : 0;
    const above = y > 0 ? (pixels[at - width]! >>> shift) & 255 : left;
    const prediction = y === 0 ? left : x === 0 ? above : (left + above) >> 1;
    const residual = (((pixels[at]! >>> shift) & 255) - prediction) & mask;
    const value = residual <= mask >> 1 ? residual << 1 : ((mask - residual) << 1) + 1;
    const bucket = colour * 64 + family.bucket[(context >> (8 * colour)) & 255]!;
    encodeValue(out, model, model.best[bucket]!, value);
    packed |= value << (8 * colour);
    if (updates) model.update(bucket, value);
  }
  residuals[x] = packed;
}

function encodeValue(out: BitWriter, { family }: QuicModel, code: number, value: number): void {
  const length = family.codeBits[value * 8 + code]!;
  if (value < family.ordinary[code]!) out.put((1 << code) | (value & ((1 << code) - 1)), length);
  else out.put(value - family.ordinary[code]!, length);
}

function encodeRun(out: BitWriter, model: QuicModel, length: number): void {
  let rest = length;
  while (rest >= 1 << model.runBits) {
    out.put(1, 1);
    rest -= 1 << model.runBits;
    if (model.runState < 31) model.runState++;
  }
  out.put(rest, model.runBits + 1);
  if (model.runState > 0) model.runState--;
}

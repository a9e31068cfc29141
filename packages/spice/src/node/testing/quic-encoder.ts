import { QUIC_TYPE } from '../../codecs/quic-header.ts';
import { QuicModel } from '../../codecs/quic-model.ts';
import { FAMILY_5, FAMILY_8 } from '../../codecs/quic-tables.ts';

/** Bits into little-endian 32-bit words, first bit on top. */
class BitWriter {
  readonly #bytes: number[] = [];
  #word = 0;
  #free = 32;

  put(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit--) {
      this.#free--;
      this.#word |= ((value >>> bit) & 1) << this.#free;
      if (this.#free > 0) continue;
      this.#bytes.push(this.#word & 255, (this.#word >> 8) & 255, (this.#word >> 16) & 255, this.#word >>> 24);
      this.#word = 0;
      this.#free = 32;
    }
  }

  finish(): Uint8Array {
    this.put(0, this.#free % 32);
    this.put(0, 32);
    this.put(0, 32);
    return Uint8Array.from(this.#bytes);
  }
}

/** A plain QUIC encoder for tests. `pixels` as the decoder gives them; RGB16 takes five-bit samples per byte lane. */
export function encodeQuic(type: number, width: number, height: number, pixels: Int32Array): Uint8Array {
  const out = new BitWriter();
  for (const word of [0x43495551, 0, type, width, height]) out.put(word, 32);
  const rgb = new QuicModel(3);
  rgb.reset(type === QUIC_TYPE.RGB16 ? FAMILY_5 : FAMILY_8, width);
  const alpha = new QuicModel(1);
  alpha.reset(FAMILY_8, width);
  const lanes = (shifts: number[]) => (i: number) => shifts.map((shift) => (pixels[i]! >>> shift) & 255);
  const colors = lanes([0, 8, 16]);
  const alphas = lanes([24]);
  for (let y = 0; y < height; y++) {
    encodeRow(out, rgb, colors, y, width);
    if (type === QUIC_TYPE.RGBA) encodeRow(out, alpha, alphas, y, width);
  }
  return out.finish();
}

function encodeRow(
  out: BitWriter,
  model: QuicModel,
  samples: (index: number) => number[],
  y: number,
  width: number,
): void {
  for (let x = 0, count = 0; x < width; x += count) {
    count = model.segment(width - x);
    if (count > 0) encodeSegment(out, model, samples, y, x, x + count, width);
  }
}

function encodeSegment(
  out: BitWriter,
  model: QuicModel,
  samples: (index: number) => number[],
  y: number,
  start: number,
  end: number,
  width: number,
): void {
  const { family, residuals } = model;
  const mask = (1 << family.bits) - 1;
  const same = (a: number, b: number): boolean => String(samples(a)) === String(samples(b));
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
    const context = x > 0 ? residuals[x - 1]! : y > 0 ? residuals[0]! : 0;
    let packed = 0;
    const current = samples(at);
    const values = current.map((sample, colour) => {
      const left = x > 0 ? samples(at - 1)[colour]! : 0;
      const above = y > 0 ? samples(at - width)[colour]! : left;
      const prediction = y === 0 ? left : x === 0 ? above : (left + above) >> 1;
      const residual = (sample - prediction) & mask;
      const value = residual <= mask >> 1 ? residual << 1 : ((mask - residual) << 1) + 1;
      const bucket = colour * 64 + family.bucket[(context >> (8 * colour)) & 255]!;
      encodeValue(out, model, model.best[bucket]!, value);
      packed |= value << (8 * colour);
      return { bucket, value };
    });
    residuals[x] = packed;
    if (x === update) {
      for (const { bucket, value } of values) model.update(bucket, value);
      update = x + 1 + model.pause();
    }
    x++;
  }
  model.wait = update - end;
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

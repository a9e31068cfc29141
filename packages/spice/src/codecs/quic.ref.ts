import { SpiceError } from '../wire/error.ts';
import { type DecodedImage, MAX_IMAGE_PIXELS, type Room } from './decoded-image.ts';
import { QUIC_HEADER_BYTES, QUIC_TYPE, type QuicHeader } from './quic-header.ts';
import { QuicModel } from './quic-model.ts';
import { FAMILY_5, FAMILY_8 } from './quic-tables.ts';

/**
 * QUIC: predictive, lossless, with an adaptive Golomb-Rice model per colour. The stream is little-endian 32-bit
 * words read from the top bit:
 *
 *   "QUIC" version(0) type width height, then row by row red, green, blue of each pixel; for RGBA each row's alpha
 *   follows it, with a model of its own.
 *
 * A sample is predicted from its left neighbour (first row) or from the mean of left and upper; the folded residual
 * of the pixel before chooses the bucket. Buckets learn at pseudo-random pixels, ever more rarely. Where the row
 * above and the last two pixels are flat, a run length is read instead of samples.
 *
 * This is the twin of wasm/quic.ts: what that must do, and what does it where WebAssembly is not allowed.
 */
const OPAQUE = 0xff000000 | 0;

export class QuicReference {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  // The bit window (32 valid bits), the word behind it and how many of that word's bits are still outside the window.
  #window = 0;
  #next = 0;
  #left = 0;
  readonly #rgb = new QuicModel(3);
  readonly #alpha = new QuicModel(1);

  /** @throws SpiceError truncated | malformed */
  decode(bytes: Uint8Array, header: QuicHeader, room: Room): DecodedImage {
    const { type, width, height } = header;
    const pixels = room(width * height);
    this.#bytes = bytes;
    this.#at = QUIC_HEADER_BYTES;
    this.#window = this.#word();
    this.#next = this.#word();
    this.#left = 32;

    const alpha = type === QUIC_TYPE.RGBA;
    const opaque = alpha ? 0 : OPAQUE;
    this.#rgb.reset(type === QUIC_TYPE.RGB16 ? FAMILY_5 : FAMILY_8, width);
    if (alpha) this.#alpha.reset(FAMILY_8, width);
    const samples = new Uint8Array(pixels.buffer, pixels.byteOffset, width * height * 4);
    for (let y = 0; y < height; y++) {
      for (let x = 0, count = 0; x < width; x += count) {
        count = this.#rgb.segment(width - x);
        if (count > 0) this.#rgbSegment(pixels, y * width, x, x + count, y > 0 ? width : 0, opaque);
      }
      if (!alpha) continue;
      for (let x = 0, count = 0; x < width; x += count) {
        count = this.#alpha.segment(width - x);
        if (count > 0) this.#alphaSegment(samples, y * width, x, x + count, y > 0 ? width : 0);
      }
    }
    if (type === QUIC_TYPE.RGB16) widen(pixels, width * height);
    return { pixels, start: 0, width, height, stride: width, topDown: true, alpha };
  }

  /** The next word. The window runs two words ahead of the last codeword, so two words of zeros follow the end. */
  #word(): number {
    const bytes = this.#bytes;
    const at = this.#at;
    this.#at = at + 4;
    if (at + 4 <= bytes.length) {
      return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    }
    if (at > bytes.length + 4) throw new SpiceError('truncated', 'a QUIC image ends too early', { offset: at });
    return 0;
  }

  /**
   * Pixels [x, end) of the row that starts at index `row`; `up` is the distance to the row above, 0 for the first.
   * Written out for the three colours with everything in locals: this is where the time goes.
   */
  #rgbSegment(pixels: Int32Array, row: number, x: number, end: number, up: number, opaque: number): void {
    const model = this.#rgb;
    const { best, residuals } = model;
    const { prefix, ordinary, escapeBits, escapeMask, unfold, bucket, bits: sampleBits } = model.family;
    const sampleMask = (1 << sampleBits) - 1;
    let window = this.#window;
    let next = this.#next;
    let left = this.#left;
    let update = x + model.wait;
    let runAt = 0;
    const context = x > 0 ? residuals[x - 1]! : up > 0 ? residuals[0]! : 0;
    let red = bucket[context & 255]!;
    let green = 64 + bucket[(context >> 8) & 255]!;
    let blue = 128 + bucket[(context >> 16) & 255]!;
    let before = x > 0 ? pixels[row + x - 1]! : up > 0 ? pixels[row - up]! : 0;

    while (x < end) {
      const at = row + x;
      let mean = before;
      if (up > 0) {
        const above = pixels[at - up]!;
        if (
          x > 2 &&
          runAt !== x &&
          ((pixels[at - up - 1]! ^ above) & 0xffffff) === 0 &&
          ((before ^ pixels[at - 2]!) & 0xffffff) === 0
        ) {
          this.#window = window;
          this.#next = next;
          this.#left = left;
          runAt = x;
          model.wait = update - x;
          const run = this.#run(model);
          window = this.#window;
          next = this.#next;
          left = this.#left;
          if (run > end - x) throw new SpiceError('malformed', 'a QUIC run leaves its row', { offset: this.#at });
          pixels.fill((before & 0xffffff) | opaque, at, at + run);
          x += run;
          if (x === end) return;
          // The next pixel may begin no further run: runAt must name it when this run was empty.
          if (run > 0) {
            const stale = residuals[x - 1]!;
            red = bucket[stale & 255]!;
            green = 64 + bucket[(stale >> 8) & 255]!;
            blue = 128 + bucket[(stale >> 16) & 255]!;
          }
          update = x + model.wait;
          continue;
        }
        // Mean of left and upper, per byte lane; the first pixel of a row has only the upper one.
        if (x > 0) mean = (before & above & 0xffffff) + (((before ^ above) & 0xfefefe) >>> 1);
      }

      let code = best[red]!;
      let zeros = Math.clz32(window);
      let length = escapeBits[code]!;
      let r: number;
      if (zeros < prefix[code]!) {
        length = zeros + 1 + code;
        r = (zeros << code) | ((window >>> (32 - length)) & ((1 << code) - 1));
      } else r = (ordinary[code]! + ((window >>> (32 - length)) & escapeMask[code]!)) & sampleMask;
      window <<= length;
      left -= length;
      if (left < 0) {
        window |= next << -left;
        next = this.#word();
        left += 32;
      }
      window |= next >>> left;

      code = best[green]!;
      zeros = Math.clz32(window);
      length = escapeBits[code]!;
      let g: number;
      if (zeros < prefix[code]!) {
        length = zeros + 1 + code;
        g = (zeros << code) | ((window >>> (32 - length)) & ((1 << code) - 1));
      } else g = (ordinary[code]! + ((window >>> (32 - length)) & escapeMask[code]!)) & sampleMask;
      window <<= length;
      left -= length;
      if (left < 0) {
        window |= next << -left;
        next = this.#word();
        left += 32;
      }
      window |= next >>> left;

      code = best[blue]!;
      zeros = Math.clz32(window);
      length = escapeBits[code]!;
      let b: number;
      if (zeros < prefix[code]!) {
        length = zeros + 1 + code;
        b = (zeros << code) | ((window >>> (32 - length)) & ((1 << code) - 1));
      } else b = (ordinary[code]! + ((window >>> (32 - length)) & escapeMask[code]!)) & sampleMask;
      window <<= length;
      left -= length;
      if (left < 0) {
        window |= next << -left;
        next = this.#word();
        left += 32;
      }
      window |= next >>> left;

      before =
        ((unfold[r]! + (mean & 255)) & sampleMask) |
        (((unfold[g]! + ((mean >> 8) & 255)) & sampleMask) << 8) |
        (((unfold[b]! + ((mean >> 16) & 255)) & sampleMask) << 16) |
        opaque;
      pixels[at] = before;
      residuals[x] = r | (g << 8) | (b << 16);
      if (x === update) {
        model.update(red, r);
        model.update(green, g);
        model.update(blue, b);
        update = x + 1 + model.pause();
      }
      red = bucket[r]!;
      green = 64 + bucket[g]!;
      blue = 128 + bucket[b]!;
      x++;
    }
    model.wait = update - end;
    this.#window = window;
    this.#next = next;
    this.#left = left;
  }

  /** As `#rgbSegment`, for the alpha bytes (`samples` are the image's bytes). */
  #alphaSegment(samples: Uint8Array, row: number, x: number, end: number, up: number): void {
    const model = this.#alpha;
    const { best, residuals } = model;
    const { unfold, bucket } = model.family;
    let update = x + model.wait;
    let runAt = 0;
    while (x < end) {
      const at = (row + x) * 4 + 3;
      const before = x > 0 ? samples[at - 4]! : 0;
      let prediction = before;
      if (up > 0) {
        const above = samples[at - up * 4]!;
        if (x > 2 && runAt !== x && samples[at - up * 4 - 4] === above && before === samples[at - 8]) {
          runAt = x;
          model.wait = update - x;
          const run = this.#run(model);
          if (run > end - x) throw new SpiceError('malformed', 'a QUIC run leaves its row', { offset: this.#at });
          for (let i = 0; i < run; i++) samples[at + i * 4] = before;
          x += run;
          if (x === end) return;
          update = x + model.wait;
          continue;
        }
        prediction = x > 0 ? (before + above) >> 1 : above;
      }
      const context = bucket[x > 0 ? residuals[x - 1]! : up > 0 ? residuals[0]! : 0]!;
      const value = this.#sample(model, best[context]!);
      samples[at] = unfold[value]! + prediction;
      residuals[x] = value;
      if (x === update) {
        model.update(context, value);
        update = x + 1 + model.pause();
      }
      x++;
    }
    model.wait = update - end;
  }

  #sample(model: QuicModel, code: number): number {
    const { prefix, ordinary, escapeBits, escapeMask } = model.family;
    const window = this.#window;
    const zeros = Math.clz32(window);
    if (zeros < prefix[code]!) {
      const length = zeros + 1 + code;
      this.#eat(length);
      return (zeros << code) | ((window >>> (32 - length)) & ((1 << code) - 1));
    }
    const length = escapeBits[code]!;
    this.#eat(length);
    return (ordinary[code]! + ((window >>> (32 - length)) & escapeMask[code]!)) & 255;
  }

  /** Each leading 1 stands for a whole expected run and makes the next one longer; behind the 0 comes the rest. */
  #run(model: QuicModel): number {
    let run = 0;
    for (;;) {
      const hit = this.#window < 0;
      this.#eat(1);
      if (!hit) break;
      run += 1 << model.runBits;
      if (run > MAX_IMAGE_PIXELS) throw new SpiceError('malformed', 'a QUIC run without end', { offset: this.#at });
      if (model.runState < 31) model.runState++;
    }
    const bits = model.runBits;
    if (bits > 0) {
      run += this.#window >>> (32 - bits);
      this.#eat(bits);
    }
    if (model.runState > 0) model.runState--;
    return run;
  }

  #eat(length: number): void {
    this.#window <<= length;
    this.#left -= length;
    if (this.#left < 0) {
      this.#window |= this.#next << -this.#left;
      this.#next = this.#word();
      this.#left += 32;
    }
    this.#window |= this.#next >>> this.#left;
  }
}

/** Five-bit samples to eight bits by repeating the top bits. */
function widen(pixels: Int32Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const five = pixels[i]! & 0x1f1f1f;
    pixels[i] = OPAQUE | (five << 3) | ((five >> 2) & 0x070707);
  }
}

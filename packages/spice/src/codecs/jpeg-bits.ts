import { SpiceError } from '../wire/error.ts';
import { FAST_BITS, findCode, type HuffmanTable, signed, ZIGZAG } from './jpeg-tables.ts';

/** Beyond the end: what is read ahead, and a last byte that an encoder left out. */
const MISSING_BYTES = 8;
const FAST_MASK = (1 << FAST_BITS) - 1;

/** The entropy-coded bits of a scan (ITU T.81, F.2.2). A 0xff in them is followed by a 0; else it is a marker. */
export class JpegBits {
  readonly #bytes: Uint8Array;
  #at: number;
  /** `held` bits in the low end. */
  #hold = 0;
  #held = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Forgets the bits that are left and goes behind the next marker, which must be one of restart. */
  restart(): void {
    this.#hold = 0;
    this.#held = 0;
    const bytes = this.#bytes;
    while (this.#at < bytes.length && bytes[this.#at] !== 0xff) this.#at++;
    while (this.#at < bytes.length && bytes[this.#at] === 0xff) this.#at++;
    if (this.#at >= bytes.length) throw this.#cutShort();
    const marker = bytes[this.#at++]!;
    if (marker < 0xd0 || marker > 0xd7) throw this.#bad('a restart marker is missing');
  }

  /** By how much a block's mean differs from the one before. */
  difference(dc: HuffmanTable): number {
    if (this.#held < 16) this.#fill();
    const entry = this.#entry(dc);
    this.#held -= entry & 255;
    const value = entry >> 16;
    const size = (entry >> 8) & 15;
    return value !== 0 || size === 0 ? value : this.#value(size);
  }

  /**
   * Reads the coefficients of a block but its mean, and puts those that are not 0 to their places, dequantised.
   * Returns the number of the last one in the stream's order, 0 when there was none.
   */
  coefficients(ac: HuffmanTable, quantization: Uint16Array, block: Int32Array): number {
    const { fast } = ac;
    const bytes = this.#bytes;
    // The engine keeps these in registers, as it does not with fields.
    let hold = this.#hold;
    let held = this.#held;
    let at = this.#at;
    let last = 0;
    for (let k = 1; k < 64; k++) {
      if (held < 16) {
        const high = bytes[at];
        const low = bytes[at + 1];
        if (high !== undefined && low !== undefined && high !== 0xff && low !== 0xff) {
          hold = (hold << 16) | (high << 8) | low;
          held += 16;
          at += 2;
        } else {
          this.#keep(hold, held, at);
          this.#fill();
          hold = this.#hold;
          held = this.#held;
          at = this.#at;
        }
      }
      let entry = fast[(hold >>> (held - FAST_BITS)) & FAST_MASK]!;
      if (entry === 0) {
        entry = findCode(ac, (hold >>> (held - 16)) & 0xffff);
        if (entry === 0) throw this.#bad('no such code', at);
      }
      held -= entry & 255;
      let value = entry >> 16;
      if (value === 0) {
        const symbol = (entry >> 8) & 255;
        const size = symbol & 15;
        if (size === 0) {
          if (symbol !== 0xf0) break;
          k += 15;
          continue;
        }
        this.#keep(hold, held, at);
        value = this.#value(size);
        hold = this.#hold;
        held = this.#held;
        at = this.#at;
      }
      k += (entry >> 12) & 15;
      if (k > 63) throw this.#bad('too many coefficients', at);
      block[ZIGZAG[k]!] = Math.imul(value, quantization[k]!);
      last = k;
    }
    this.#keep(hold, held, at);
    return last;
  }

  #keep(hold: number, held: number, at: number): void {
    this.#hold = hold;
    this.#held = held;
    this.#at = at;
  }

  #entry(table: HuffmanTable): number {
    const entry = table.fast[(this.#hold >>> (this.#held - FAST_BITS)) & FAST_MASK]!;
    if (entry !== 0) return entry;
    const long = findCode(table, (this.#hold >>> (this.#held - 16)) & 0xffff);
    if (long === 0) throw this.#bad('no such code');
    return long;
  }

  #value(size: number): number {
    if (this.#held < size) this.#fill();
    this.#held -= size;
    return signed((this.#hold >>> this.#held) & ((1 << size) - 1), size);
  }

  /** To at least 25 bits. Behind the last byte, or a marker, the stream continues with ones. */
  #fill(): void {
    const bytes = this.#bytes;
    while (this.#held <= 24) {
      let byte = 0xff;
      if (this.#at < bytes.length) {
        byte = bytes[this.#at]!;
        if (byte !== 0xff) this.#at++;
        else if (bytes[this.#at + 1] === 0) this.#at += 2;
        else if (this.#at + 1 >= bytes.length) this.#at++;
      } else if (++this.#at > bytes.length + MISSING_BYTES) throw this.#cutShort();
      this.#hold = (this.#hold << 8) | byte;
      this.#held += 8;
    }
  }

  #bad(what: string, offset = this.#at): SpiceError {
    return new SpiceError('malformed', `a bad JPEG: ${what}`, { offset });
  }

  #cutShort(): SpiceError {
    return new SpiceError('truncated', 'a JPEG ends too early', { offset: this.#at });
  }
}

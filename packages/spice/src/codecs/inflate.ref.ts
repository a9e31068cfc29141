import { SpiceError } from '../wire/error.ts';
import { checkZlibHeader } from './zlib-header.ts';

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = Array.from({ length: 30 }, (_, i) => (i < 4 ? i + 1 : ((2 + (i & 1)) << ((i >> 1) - 1)) + 1));
const DISTANCE_BITS = Array.from({ length: 30 }, (_, i) => (i < 4 ? 0 : (i >> 1) - 1));
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** A prefix code as a table over its longest code: entry = symbol << 4 | length, 0 where no code lies. */
interface Code {
  table: Uint16Array;
  bits: number;
}

const FIXED_LITERALS = codeOf(
  Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)),
);
const FIXED_DISTANCES = codeOf(new Uint8Array(30).fill(5));

/** The twin of wasm/inflate.ts. @throws SpiceError truncated | malformed */
export function inflateReference(input: Uint8Array, size: number): Uint8Array {
  checkZlibHeader(input);
  return new Inflater(input, size).run();
}

class Inflater {
  readonly #input: Uint8Array;
  readonly #out: Uint8Array;
  #at = 2;
  #to = 0;
  #hold = 0;
  #held = 0;

  constructor(input: Uint8Array, size: number) {
    this.#input = input;
    this.#out = new Uint8Array(size);
  }

  run(): Uint8Array {
    let last: number;
    do {
      last = this.#bits(1);
      const type = this.#bits(2);
      if (type === 0) this.#stored();
      else if (type === 1) this.#compressed(FIXED_LITERALS, FIXED_DISTANCES);
      else if (type === 2) this.#dynamic();
      else throw this.#bad('unknown block type');
    } while (last === 0);
    if (this.#to !== this.#out.length) throw this.#bad(`${this.#to} of ${this.#out.length} bytes`);
    return this.#out;
  }

  #stored(): void {
    this.#hold = 0;
    this.#at -= this.#held >> 3;
    this.#held = 0;
    const length = this.#bits(16);
    this.#bits(16);
    const from = this.#at;
    if (from + length > this.#input.length)
      throw new SpiceError('truncated', 'a zlib stream ends early', { offset: from });
    if (this.#to + length > this.#out.length) throw this.#bad('too long');
    this.#out.set(this.#input.subarray(from, from + length), this.#to);
    this.#to += length;
    this.#at += length;
  }

  #dynamic(): void {
    const literalCount = this.#bits(5) + 257;
    const distanceCount = this.#bits(5) + 1;
    const order = this.#bits(4) + 4;
    const codeLengths = new Uint8Array(19);
    for (let i = 0; i < order; i++) codeLengths[CODE_LENGTH_ORDER[i]!] = this.#bits(3);
    const code = codeOf(codeLengths);
    const lengths = new Uint8Array(literalCount + distanceCount);
    for (let i = 0; i < lengths.length; ) {
      const symbol = this.#symbol(code);
      if (symbol < 16) {
        lengths[i++] = symbol;
        continue;
      }
      const value = symbol === 16 && i > 0 ? lengths[i - 1]! : 0;
      const repeat = symbol === 16 ? 3 + this.#bits(2) : symbol === 17 ? 3 + this.#bits(3) : 11 + this.#bits(7);
      if (i + repeat > lengths.length) throw this.#bad('too many code lengths');
      lengths.fill(value, i, i + repeat);
      i += repeat;
    }
    this.#compressed(codeOf(lengths.subarray(0, literalCount)), codeOf(lengths.subarray(literalCount)));
  }

  #compressed(literals: Code, distances: Code): void {
    const out = this.#out;
    for (;;) {
      const symbol = this.#symbol(literals);
      if (symbol < 256) {
        if (this.#to === out.length) throw this.#bad('too long');
        out[this.#to++] = symbol;
        continue;
      }
      if (symbol === 256) return;
      if (symbol > 285) throw this.#bad('unknown length');
      const length = LENGTH_BASE[symbol - 257]! + this.#bits(LENGTH_BITS[symbol - 257]!);
      const slot = this.#symbol(distances);
      if (slot > 29) throw this.#bad('unknown distance');
      const distance = DISTANCE_BASE[slot]! + this.#bits(DISTANCE_BITS[slot]!);
      let to = this.#to;
      const stop = to + length;
      if (distance > to || stop > out.length) throw this.#bad('a match leaves the data');
      for (let from = to - distance; to < stop; to++, from++) out[to] = out[from]!;
      this.#to = stop;
    }
  }

  #symbol(code: Code): number {
    this.#fill(15);
    const entry = code.table[this.#hold & ((1 << code.bits) - 1)]!;
    const length = entry & 15;
    if (length === 0 || length > this.#held) throw this.#bad('no such code');
    this.#hold >>>= length;
    this.#held -= length;
    return entry >> 4;
  }

  #bits(count: number): number {
    this.#fill(count);
    if (count > this.#held) throw new SpiceError('truncated', 'a zlib stream ends early', { offset: this.#at });
    const value = this.#hold & ((1 << count) - 1);
    this.#hold >>>= count;
    this.#held -= count;
    return value;
  }

  #fill(count: number): void {
    while (this.#held < count && this.#at < this.#input.length) {
      this.#hold |= this.#input[this.#at++]! << this.#held;
      this.#held += 8;
    }
  }

  #bad(what: string): SpiceError {
    return new SpiceError('malformed', `a bad zlib stream: ${what}`, { offset: this.#at });
  }
}

/** Canonical prefix code from its lengths (RFC 1951, 3.2.2), codes bit-reversed as they lie in the stream. */
function codeOf(lengths: Uint8Array): Code {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length]!++;
  counts[0] = 0;
  let bits = 15;
  while (bits > 1 && counts[bits] === 0) bits--;
  const next = new Uint16Array(16);
  for (let length = 1, code = 0; length < 16; length++) {
    next[length] = code;
    code += counts[length]!;
    if (code > 1 << length) throw new SpiceError('malformed', 'a bad zlib stream: more codes than there are');
    code <<= 1;
  }
  const table = new Uint16Array(1 << bits);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    let reversed = 0;
    for (let i = 0, code = next[length]!++; i < length; i++, code >>= 1) reversed = (reversed << 1) | (code & 1);
    for (let at = reversed; at < table.length; at += 1 << length) table[at] = (symbol << 4) | length;
  }
  return { table, bits };
}

/** Position in the 8 x 8 block of the n-th coefficient of the stream (ITU T.81, figure A.6). */
export const ZIGZAG = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48],
  ...[41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15],
  ...[23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63],
);

/** Codes of up to so many bits, with the bits of the value behind them where these fit too, are looked up at once. */
export const FAST_BITS = 10;

/**
 * A Huffman code whose symbols say how many zeros come first (high half) and of how many bits the value is (low half).
 * An entry is value << 16 | symbol << 8 | bits to take, or 0 where no code lies. A value is never 0, unless it has no
 * bits: an entry of value 0 still has its value to be read.
 */
export interface HuffmanTable {
  /** By the next FAST_BITS bits: an entry, or 0 where the code is longer or there is none. */
  fast: Int32Array;
  /** By length: the first code behind those of the length, its bits on top of 16. */
  limits: Int32Array;
  /** By length: what to add to a code of the length to get the place of its symbol. */
  offsets: Int32Array;
  symbols: Uint8Array;
}

/** Encoders use the same few codes in every image; a table takes longer to build than a small image to decode. */
const known = new Map<string, HuffmanTable>();
const MAX_KNOWN = 16;

/** @param counts codes of each length 1..16; `symbols` in code order (ITU T.81, annex C) */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const key = String.fromCharCode(...counts, ...symbols);
  const found = known.get(key);
  if (found) return found;
  const table = buildTable(counts, symbols.slice());
  if (known.size === MAX_KNOWN) known.clear();
  known.set(key, table);
  return table;
}

function buildTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const fast = new Int32Array(1 << FAST_BITS);
  const limits = new Int32Array(17);
  const offsets = new Int32Array(17);
  let code = 0;
  let at = 0;
  for (let length = 1; length <= 16; length++) {
    offsets[length] = at - code;
    for (let i = 0; i < counts[length - 1]!; i++, at++, code++) {
      if (length <= FAST_BITS && code < 1 << length) fillFast(fast, code, length, symbols[at]!);
    }
    // More codes than there are of a length are none.
    limits[length] = Math.min(code << (16 - length), 1 << 16);
    code <<= 1;
  }
  return { fast, limits, offsets, symbols };
}

function fillFast(fast: Int32Array, code: number, length: number, symbol: number): void {
  const free = FAST_BITS - length;
  const size = symbol & 15;
  for (let behind = 0; behind < 1 << free; behind++) {
    const isWhole = size > 0 && size <= free;
    const value = isWhole ? signed(behind >> (free - size), size) : 0;
    fast[(code << free) | behind] = (value << 16) | (symbol << 8) | (isWhole ? length + size : length);
  }
}

/** Entry of the code with which 16 bits begin, however long, without its value; 0 where there is none. */
export function findCode({ limits, offsets, symbols }: HuffmanTable, bits: number): number {
  for (let length = 1; length <= 16; length++) {
    if (bits >= limits[length]!) continue;
    return (symbols[(bits >> (16 - length)) + offsets[length]!]! << 8) | length;
  }
  return 0;
}

/** A value of `size` bits, 1 to 15: those that begin with 0 are negative (ITU T.81, F.2.2.1). */
export function signed(bits: number, size: number): number {
  return bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
}

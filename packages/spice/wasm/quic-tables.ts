/** Constant tables of QUIC, laid out for vector loads. What they hold, and why, says codecs/quic-tables.ts. */

/** Low six bits of the format's 256 pseudo-random words. */
export const RANDOM: usize = memory.data<u8>([
  2, 23, 19, 21, 7, 18, 40, 14, 12, 32, 47, 44, 36, 6, 18, 11, 4, 19, 42, 29, 16, 63, 57, 51, 16, 3, 5, 14, 15, 30, 20, 9,
  36, 45, 3, 57, 61, 0, 8, 5, 41, 14, 43, 27, 43, 59, 31, 35, 39, 60, 42, 38, 13, 54, 62, 1, 26, 3, 11, 61, 52, 34, 7, 48,
  4, 59, 22, 12, 22, 8, 50, 4, 10, 6, 44, 8, 11, 46, 31, 51, 53, 17, 1, 43, 46, 60, 36, 54, 10, 27, 39, 44, 22, 41, 23, 2,
  44, 0, 40, 53, 40, 48, 16, 43, 32, 28, 33, 12, 20, 2, 56, 62, 55, 58, 18, 20, 13, 55, 38, 29, 57, 19, 49, 33, 47, 63, 59, 0,
  35, 61, 19, 25, 46, 38, 60, 4, 35, 1, 26, 40, 28, 10, 5, 14, 25, 18, 48, 49, 20, 59, 62, 34, 46, 7, 33, 52, 34, 58, 9, 29,
  8, 55, 62, 60, 37, 36, 37, 50, 6, 3, 10, 28, 48, 24, 26, 61, 57, 30, 11, 54, 2, 6, 50, 47, 7, 17, 35, 53, 32, 12, 23, 17,
  5, 21, 49, 55, 51, 45, 52, 27, 39, 25, 39, 63, 22, 24, 42, 52, 56, 38, 41, 41, 56, 32, 13, 24, 26, 51, 27, 56, 58, 37, 24, 42,
  15, 28, 17, 30, 31, 15, 16, 23, 25, 54, 33, 34, 1, 29, 31, 50, 53, 21, 49, 15, 47, 9, 0, 58, 37, 45, 30, 13, 9, 45, 63, 21,
]);

/** log2 of the expected run length, by run-length state. */
export const RUN_BITS: usize = memory.data<u8>([
  0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15,
]);

/** Counter value above which a bucket's counters are halved, by wait-mask index. */
export const HALVING: usize = memory.data<u16>([110, 550, 900, 800, 550, 400, 350]);

// A family: at 0, by value, the lengths of its codeword under the eight codes as i16; then what follows.
/** By value: four times its bucket. */
export const BUCKETS: usize = 4096;
/**
 * By code: all that the decoder asks of a code in one word: the code, from bit 8 the number of leading zeros from
 * which on a codeword is an escape, from bit 16 the code plus one.
 */
export const CODES: usize = BUCKETS + 256;
/** By code: bits of an escape codeword as u16, then the number of values that have ordinary ones. */
export const ESCAPES: usize = CODES + 32;

/** Longest codeword in bits. */
const MAX_CODE_BITS: i32 = 26;
/** Length of a codeword that does not exist: more than any that does, so that its code never wins. */
const HOPELESS: u16 = 100;

export const FAMILY_8: usize = memory.data(4416, 16);
export const FAMILY_5: usize = memory.data(4416, 16);

function fillFamily(family: usize, bits: i32): void {
  const levels = 1 << bits;
  for (let at = family; at < family + 4096; at += 2) store<u16>(at, HOPELESS);
  for (let code = 0; code < bits; code++) {
    const prefix = min(MAX_CODE_BITS - bits, (1 << (bits - code)) - 1);
    const ordinary = prefix << code;
    const escapes = levels - ordinary;
    const escapeBits = prefix + (escapes == 1 ? 0 : 32 - clz(escapes - 1));
    store<u32>(family + (code << 2), code | (prefix << 8) | ((code + 1) << 16), CODES);
    store<u32>(family + (code << 2), escapeBits | (ordinary << 16), ESCAPES);
    for (let value = 0; value < levels; value++) {
      const length = value < ordinary ? (value >> code) + code + 1 : escapeBits;
      store<u16>(family + (value << 4) + (code << 1), <u16>length);
    }
  }
  for (let value = 0; value < levels; value++) {
    store<u8>(family + value, <u8>(min(31 - clz(value + 1), bits - 1) << 2), BUCKETS);
  }
}

export function fillTables(): void {
  fillFamily(FAMILY_8, 8);
  fillFamily(FAMILY_5, 5);
}

/**
 * Constant tables of QUIC, the adaptive Golomb-Rice image code of SPICE (after SFALIC by R. Starosolski).
 * One `QuicFamily` per sample width: 8 bits (RGB24/32, alpha) and 5 bits (RGB16).
 */

/** Longest codeword in bits. */
const MAX_CODE_BITS = 26;

/** Low six bits of the format's 256 pseudo-random words, as base64 digits; no more than six are ever used. */
const RANDOM_DIGITS =
  'CXTVHSoOMgvskGSLETqdQ/5zQDFOPeUJktD59AIFpOrbr7fjn8qmN2+BaDL90iHw' +
  'E7WMWIyEKGsILufz1RBru8k2KbnsWpXCsAo1owQrgchMUC4+36SUN3md5Txhv/7A' +
  'j9TZum8EjBaocKFOZSwxU7+iuHh0i6JdI3+8lklyGDKcwYa95eL2CGyvHRj1gMXR' +
  'FVx3zt0bnZn/WYq04mpp4gNYazb46lYqPcRefPQXZ2hiBdfy1VxPvJA6lteNJt/V';
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
export const RANDOM = Uint8Array.from(RANDOM_DIGITS, (digit) => DIGITS.indexOf(digit));

/** Counter value above which a bucket's counters are halved, by wait-mask index 0..6. */
export const HALVING_TRIGGER = Int32Array.of(110, 550, 900, 800, 550, 400, 350);

/** log2 of the expected run length, by run-length state. */
export const RUN_BITS = Uint8Array.of(
  ...[0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15],
);

/** Golomb-Rice parameters and context buckets for samples of `bits` bits. */
export interface QuicFamily {
  bits: number;
  /** By code number: fewer leading zeros than this begin an ordinary Golomb-Rice codeword. */
  prefix: Uint8Array;
  /** By code number: how many values have ordinary codewords; the rest use fixed-length escape codewords. */
  ordinary: Int32Array;
  escapeBits: Int32Array;
  escapeMask: Int32Array;
  /** Codeword length of value v under code c, at v * 8 + c; codes that the family lacks are hopelessly long. */
  codeBits: Uint8Array;
  /** Folded residual → residual: 0, -1, 1, -2, … modulo 2^bits. */
  unfold: Uint8Array;
  /** Context (previous folded residual) → bucket * 8. Buckets grow 1, 2, 4, … */
  bucket: Uint8Array;
  buckets: number;
}

export const FAMILY_8 = family(8);
export const FAMILY_5 = family(5);

function family(bits: number): QuicFamily {
  const levels = 1 << bits;
  const built: QuicFamily = {
    bits,
    prefix: new Uint8Array(8),
    ordinary: new Int32Array(8),
    escapeBits: new Int32Array(8),
    escapeMask: new Int32Array(8),
    codeBits: new Uint8Array(levels * 8).fill(255),
    unfold: new Uint8Array(levels),
    bucket: new Uint8Array(levels),
    buckets: bits,
  };
  for (let code = 0; code < bits; code++) {
    const prefix = Math.min(MAX_CODE_BITS - bits, (1 << (bits - code)) - 1);
    const escapes = levels - (prefix << code);
    const suffixBits = escapes === 1 ? 0 : 32 - Math.clz32(escapes - 1);
    built.prefix[code] = prefix;
    built.ordinary[code] = prefix << code;
    built.escapeBits[code] = prefix + suffixBits;
    built.escapeMask[code] = (1 << suffixBits) - 1;
    for (let value = 0; value < levels; value++) {
      const ordinary = value < prefix << code;
      built.codeBits[value * 8 + code] = ordinary ? (value >> code) + code + 1 : prefix + suffixBits;
    }
  }
  for (let value = 0; value < levels; value++) {
    built.unfold[value] = value & 1 ? levels - 1 - (value >> 1) : value >> 1;
    built.bucket[value] = Math.min(31 - Math.clz32(value + 1), bits - 1) * 8;
  }
  return built;
}

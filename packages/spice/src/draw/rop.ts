/**
 * Raster operations as truth tables. A binary operation is four bits: bit (s << 1 | d) is the result for source bit s
 * and destination bit d. A ternary one (rop3) is eight: bit (p << 2 | s << 1 | d), as in Windows' GDI.
 */
export const ROP_COPY = 0b1100;
export const ROP_NOOP = 0b1010;
export const ROP_INVERT = 0b0101;

/** SPICE_ROPD_* */
const ROPD = {
  INVERS_SRC: 1,
  INVERS_BRUSH: 2,
  INVERS_DEST: 4,
  OP_PUT: 8,
  OP_OR: 16,
  OP_AND: 32,
  OP_XOR: 64,
  OP_BLACKNESS: 128,
  OP_WHITENESS: 256,
  OP_INVERS: 512,
  INVERS_RES: 1024,
} as const;

export const INVERS = { src: ROPD.INVERS_SRC, brush: ROPD.INVERS_BRUSH, dest: ROPD.INVERS_DEST } as const;

/**
 * The truth table that a rop descriptor means.
 * @param source which inversion flag belongs to the first operand
 * @param dest which belongs to the second (draw_opaque combines brush and source)
 */
export function ropTable(descriptor: number, source: keyof typeof INVERS, dest: keyof typeof INVERS): number {
  const s = descriptor & INVERS[source] ? 0b0011 : 0b1100;
  const d = descriptor & INVERS[dest] ? 0b0101 : 0b1010;
  const inverted = descriptor & ROPD.INVERS_RES ? 0b1111 : 0;
  if (descriptor & ROPD.OP_PUT) return s ^ inverted;
  if (descriptor & ROPD.OP_OR) return (s | d) ^ inverted;
  if (descriptor & ROPD.OP_AND) return (s & d) ^ inverted;
  if (descriptor & ROPD.OP_XOR) return s ^ d ^ inverted;
  if (descriptor & ROPD.OP_BLACKNESS) return 0;
  if (descriptor & ROPD.OP_WHITENESS) return 0b1111;
  if (descriptor & ROPD.OP_INVERS) return ROP_INVERT;
  return ROP_COPY;
}

/** Applies a binary table to `count` pixels; `and` and `or` bring the source to the destination's form of alpha. */
export function ropRow(
  table: number,
  dest: Int32Array,
  to: number,
  source: Int32Array,
  from: number,
  count: number,
  and: number,
  or: number,
): void {
  if (table === ROP_COPY) {
    if (and === -1 && or === 0 && count > 32) dest.set(source.subarray(from, from + count), to);
    else for (let i = 0; i < count; i++) dest[to + i] = (source[from + i]! & and) | or;
    return;
  }
  const both = -((table >> 3) & 1);
  const onlySource = -((table >> 2) & 1);
  const onlyDest = -((table >> 1) & 1);
  const neither = -(table & 1);
  for (let i = 0; i < count; i++) {
    const s = source[from + i]! & and;
    const d = dest[to + i]!;
    dest[to + i] = (s & ((d & both) | (~d & onlySource))) | (~s & ((d & onlyDest) | (~d & neither))) | or;
  }
}

/** Applies a ternary table to `count` pixels of pattern, source and destination. */
export function rop3Row(
  table: number,
  dest: Int32Array,
  to: number,
  source: Int32Array,
  from: number,
  pattern: Int32Array,
  patternFrom: number,
  count: number,
  or: number,
): void {
  const m = Array.from({ length: 8 }, (_, bit) => -((table >> bit) & 1));
  const [m0, m1, m2, m3, m4, m5, m6, m7] = m as [number, number, number, number, number, number, number, number];
  for (let i = 0; i < count; i++) {
    const d = dest[to + i]!;
    const s = source[from + i]!;
    const p = pattern[patternFrom + i]!;
    const set = (s & ((d & m7) | (~d & m6))) | (~s & ((d & m5) | (~d & m4)));
    const clear = (s & ((d & m3) | (~d & m2))) | (~s & ((d & m1) | (~d & m0)));
    dest[to + i] = (p & set) | (~p & clear) | or;
  }
}

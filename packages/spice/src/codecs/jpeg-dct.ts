/**
 * The inverse DCT of 8 x 8 in integers, by Loeffler, Ligtenberg and Moschytz ("Practical fast 1-D DCT algorithms with 11
 * multiplications", ICASSP 1989): the factors in 13 bits, and two more bits than the result has between the two passes.
 * With these and the places of rounding every result is that of libjpeg's accurate method, which is what others show.
 */
const FACTOR_BITS = 13;
const PASS_BITS = 2;
const fixed = (factor: number): number => Math.round(factor * (1 << FACTOR_BITS));

// Even part: a rotation by 6 pi / 16.
const F_0_541 = fixed(0.5411961);
const F_0_765 = fixed(0.765366865);
const F_1_847 = fixed(1.847759065);
// Odd part.
const F_1_175 = fixed(1.175875602);
const F_0_298 = fixed(0.298631336);
const F_2_053 = fixed(2.053119869);
const F_3_072 = fixed(3.072711026);
const F_1_501 = fixed(1.50132111);
const F_0_899 = fixed(0.899976223);
const F_2_562 = fixed(2.562915447);
const F_1_961 = fixed(1.96157056);
const F_0_390 = fixed(0.390180644);

/** A result has this many bits too many: the factors', those between the passes, and 8, by which the sums are too large. */
const COLUMN_SHIFT = FACTOR_BITS - PASS_BITS;
const COLUMN_ROUND = 1 << (COLUMN_SHIFT - 1);
const ROW_SHIFT = FACTOR_BITS + PASS_BITS + 3;
/** Samples lie round 128. */
const ROW_ROUND = (1 << (ROW_SHIFT - 1)) + (128 << ROW_SHIFT);
const FLAT_SHIFT = PASS_BITS + 3;
const FLAT_ROUND = (1 << (FLAT_SHIFT - 1)) + (128 << FLAT_SHIFT);

const workspace = new Int32Array(64);

/** A block with nothing but its mean. */
export function flatBlock(mean: number, out: Uint8ClampedArray, at: number, stride: number): void {
  const sample = ((mean << PASS_BITS) + FLAT_ROUND) >> FLAT_SHIFT;
  for (let y = 0, to = at; y < 8; y++, to += stride) {
    out[to] = sample;
    out[to + 1] = sample;
    out[to + 2] = sample;
    out[to + 3] = sample;
    out[to + 4] = sample;
    out[to + 5] = sample;
    out[to + 6] = sample;
    out[to + 7] = sample;
  }
}

/** Coefficients before this one in the stream's order lie in the first four columns and rows. */
const QUARTER_END = 10;

/**
 * Inverse DCT of one dequantised block into samples 0..255 at `out[at]`, rows `stride` apart. Clears the block.
 * @param last number of the last coefficient that is not 0, in the stream's order
 */
export function inverseDct(block: Int32Array, last: number, out: Uint8ClampedArray, at: number, stride: number): void {
  const isQuarter = last < QUARTER_END;
  const columns = isQuarter ? 4 : 8;
  for (let x = 0; x < columns; x++) column(block, x);
  block.fill(0);
  if (isQuarter) for (let y = 0, to = at; y < 64; y += 8, to += stride) quarterRow(y, out, to);
  else for (let y = 0, to = at; y < 64; y += 8, to += stride) row(y, out, to);
}

function column(block: Int32Array, x: number): void {
  const s0 = block[x]!;
  const s1 = block[x + 8]!;
  const s2 = block[x + 16]!;
  const s3 = block[x + 24]!;
  const s4 = block[x + 32]!;
  const s5 = block[x + 40]!;
  const s6 = block[x + 48]!;
  const s7 = block[x + 56]!;
  if ((s1 | s2 | s3 | s4 | s5 | s6 | s7) === 0) {
    const mean = s0 << PASS_BITS;
    for (let i = x; i < 64; i += 8) workspace[i] = mean;
    return;
  }
  const turn = Math.imul(s2 + s6, F_0_541);
  const e2 = turn - Math.imul(s6, F_1_847);
  const e3 = turn + Math.imul(s2, F_0_765);
  const e0 = ((s0 + s4) << FACTOR_BITS) + COLUMN_ROUND;
  const e1 = ((s0 - s4) << FACTOR_BITS) + COLUMN_ROUND;
  const all = Math.imul(s7 + s3 + s5 + s1, F_1_175);
  const z1 = Math.imul(s7 + s1, F_0_899);
  const z2 = Math.imul(s5 + s3, F_2_562);
  const z3 = all - Math.imul(s7 + s3, F_1_961);
  const z4 = all - Math.imul(s5 + s1, F_0_390);
  const o7 = Math.imul(s7, F_0_298) - z1 + z3;
  const o5 = Math.imul(s5, F_2_053) - z2 + z4;
  const o3 = Math.imul(s3, F_3_072) - z2 + z3;
  const o1 = Math.imul(s1, F_1_501) - z1 + z4;
  workspace[x] = (e0 + e3 + o1) >> COLUMN_SHIFT;
  workspace[x + 8] = (e1 + e2 + o3) >> COLUMN_SHIFT;
  workspace[x + 16] = (e1 - e2 + o5) >> COLUMN_SHIFT;
  workspace[x + 24] = (e0 - e3 + o7) >> COLUMN_SHIFT;
  workspace[x + 32] = (e0 - e3 - o7) >> COLUMN_SHIFT;
  workspace[x + 40] = (e1 - e2 - o5) >> COLUMN_SHIFT;
  workspace[x + 48] = (e1 + e2 - o3) >> COLUMN_SHIFT;
  workspace[x + 56] = (e0 + e3 - o1) >> COLUMN_SHIFT;
}

/** As a column, with another shift and place for the results: one function for both would lose a third of the speed. */
function row(y: number, out: Uint8ClampedArray, to: number): void {
  const s0 = workspace[y]!;
  const s1 = workspace[y + 1]!;
  const s2 = workspace[y + 2]!;
  const s3 = workspace[y + 3]!;
  const s4 = workspace[y + 4]!;
  const s5 = workspace[y + 5]!;
  const s6 = workspace[y + 6]!;
  const s7 = workspace[y + 7]!;
  const turn = Math.imul(s2 + s6, F_0_541);
  const e2 = turn - Math.imul(s6, F_1_847);
  const e3 = turn + Math.imul(s2, F_0_765);
  const e0 = ((s0 + s4) << FACTOR_BITS) + ROW_ROUND;
  const e1 = ((s0 - s4) << FACTOR_BITS) + ROW_ROUND;
  const all = Math.imul(s7 + s3 + s5 + s1, F_1_175);
  const z1 = Math.imul(s7 + s1, F_0_899);
  const z2 = Math.imul(s5 + s3, F_2_562);
  const z3 = all - Math.imul(s7 + s3, F_1_961);
  const z4 = all - Math.imul(s5 + s1, F_0_390);
  const o7 = Math.imul(s7, F_0_298) - z1 + z3;
  const o5 = Math.imul(s5, F_2_053) - z2 + z4;
  const o3 = Math.imul(s3, F_3_072) - z2 + z3;
  const o1 = Math.imul(s1, F_1_501) - z1 + z4;
  out[to] = (e0 + e3 + o1) >> ROW_SHIFT;
  out[to + 1] = (e1 + e2 + o3) >> ROW_SHIFT;
  out[to + 2] = (e1 - e2 + o5) >> ROW_SHIFT;
  out[to + 3] = (e0 - e3 + o7) >> ROW_SHIFT;
  out[to + 4] = (e0 - e3 - o7) >> ROW_SHIFT;
  out[to + 5] = (e1 - e2 - o5) >> ROW_SHIFT;
  out[to + 6] = (e1 + e2 - o3) >> ROW_SHIFT;
  out[to + 7] = (e0 + e3 - o1) >> ROW_SHIFT;
}

/** A row whose last four are 0: what is left of it, the same result. */
function quarterRow(y: number, out: Uint8ClampedArray, to: number): void {
  const s1 = workspace[y + 1]!;
  const s2 = workspace[y + 2]!;
  const s3 = workspace[y + 3]!;
  const e = (workspace[y]! << FACTOR_BITS) + ROW_ROUND;
  const e2 = Math.imul(s2, F_0_541);
  const e3 = e2 + Math.imul(s2, F_0_765);
  const all = Math.imul(s3 + s1, F_1_175);
  const z1 = Math.imul(s1, F_0_899);
  const z2 = Math.imul(s3, F_2_562);
  const z3 = all - Math.imul(s3, F_1_961);
  const z4 = all - Math.imul(s1, F_0_390);
  const o7 = z3 - z1;
  const o5 = z4 - z2;
  const o3 = Math.imul(s3, F_3_072) - z2 + z3;
  const o1 = Math.imul(s1, F_1_501) - z1 + z4;
  out[to] = (e + e3 + o1) >> ROW_SHIFT;
  out[to + 1] = (e + e2 + o3) >> ROW_SHIFT;
  out[to + 2] = (e - e2 + o5) >> ROW_SHIFT;
  out[to + 3] = (e - e3 + o7) >> ROW_SHIFT;
  out[to + 4] = (e - e3 - o7) >> ROW_SHIFT;
  out[to + 5] = (e - e2 - o5) >> ROW_SHIFT;
  out[to + 6] = (e + e2 - o3) >> ROW_SHIFT;
  out[to + 7] = (e + e3 - o1) >> ROW_SHIFT;
}

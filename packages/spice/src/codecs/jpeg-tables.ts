/** Position in the 8 x 8 block of the n-th coefficient of the stream (ITU T.81, figure A.6). */
export const ZIGZAG = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48],
  ...[41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15],
  ...[23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63],
);

/** A Huffman code as a table over the next 16 bits: symbol << 8 | length, 0 where no code lies. */
export type HuffmanTable = Uint16Array;

/** Encoders use the same few codes in every image; a table takes longer to build than a small image to decode. */
const known = new Map<string, HuffmanTable>();
const MAX_KNOWN = 16;

/** @param counts codes of each length 1..16; `symbols` in code order (ITU T.81, annex C) */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const key = String.fromCharCode(...counts, ...symbols);
  const found = known.get(key);
  if (found) return found;
  const table = buildTable(counts, symbols);
  if (known.size === MAX_KNOWN) known.clear();
  known.set(key, table);
  return table;
}

function buildTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const table = new Uint16Array(1 << 16);
  let code = 0;
  let at = 0;
  for (let length = 1; length <= 16; length++) {
    for (let i = 0; i < counts[length - 1]! && at < symbols.length; i++) {
      const from = code << (16 - length);
      const to = (code + 1) << (16 - length);
      if (to <= table.length) table.fill((symbols[at]! << 8) | length, from, to);
      at++;
      code++;
    }
    code <<= 1;
  }
  return table;
}

const C1 = Math.cos(Math.PI / 16);
const C2 = Math.cos((2 * Math.PI) / 16);
const C3 = Math.cos((3 * Math.PI) / 16);
const C4 = Math.SQRT1_2;
const C5 = Math.cos((5 * Math.PI) / 16);
const C6 = Math.cos((6 * Math.PI) / 16);
const C7 = Math.cos((7 * Math.PI) / 16);

const workspace = new Float64Array(64);

/** Inverse DCT of one dequantised block into samples 0..255 at `out[at]`, rows `stride` apart. */
export function inverseDct(block: Int32Array, out: Uint8ClampedArray, at: number, stride: number): void {
  for (let x = 0; x < 8; x++) column(block, x, workspace, x, 8);
  for (let y = 0; y < 8; y++) {
    column(workspace, y * 8, workspace, y * 8, 1);
    const to = at + y * stride;
    for (let x = 0; x < 8; x++) out[to + x] = workspace[y * 8 + x]! / 4 + 128;
  }
}

/** Eight values, `step` apart: sum of coefficients times cosines, split into even and odd ones. */
function column(from: ArrayLike<number>, at: number, to: Float64Array, start: number, step: number): void {
  const s0 = from[at]! * C4;
  const s1 = from[at + step]!;
  const s2 = from[at + 2 * step]!;
  const s3 = from[at + 3 * step]!;
  const s4 = from[at + 4 * step]! * C4;
  const s5 = from[at + 5 * step]!;
  const s6 = from[at + 6 * step]!;
  const s7 = from[at + 7 * step]!;
  const e0 = s0 + s4 + s2 * C2 + s6 * C6;
  const e1 = s0 - s4 + s2 * C6 - s6 * C2;
  const e2 = s0 - s4 - s2 * C6 + s6 * C2;
  const e3 = s0 + s4 - s2 * C2 - s6 * C6;
  const o0 = s1 * C1 + s3 * C3 + s5 * C5 + s7 * C7;
  const o1 = s1 * C3 - s3 * C7 - s5 * C1 - s7 * C5;
  const o2 = s1 * C5 - s3 * C1 + s5 * C7 + s7 * C3;
  const o3 = s1 * C7 - s3 * C5 + s5 * C3 - s7 * C1;
  to[start] = e0 + o0;
  to[start + step] = e1 + o1;
  to[start + 2 * step] = e2 + o2;
  to[start + 3 * step] = e3 + o3;
  to[start + 4 * step] = e3 - o3;
  to[start + 5 * step] = e2 - o2;
  to[start + 6 * step] = e1 - o1;
  to[start + 7 * step] = e0 - o0;
}

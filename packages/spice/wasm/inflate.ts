import { repeatBytes } from './byte-copies';
import { fail, LEAVES, TRUNCATED } from './memory';
import { CODE_BYTES, findSymbol, makeCode } from './prefix-code';
import { inputAt, pixelsAt } from './scratch';

/** DEFLATE in a zlib stream: see codecs/inflate.ref.ts. The result lies where pixels do. */
const LENGTH_BASE: usize = memory.data<u16>([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]);
const LENGTH_BITS: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
]);
const CODE_LENGTH_ORDER: usize = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
const END_OF_BLOCK: u32 = 256;

const FIXED_LITERALS: usize = memory.data(CODE_BYTES, 16);
const FIXED_DISTANCES: usize = memory.data(CODE_BYTES, 16);
const LITERALS: usize = memory.data(CODE_BYTES, 16);
const DISTANCES: usize = memory.data(CODE_BYTES, 16);
const LENGTHS: usize = memory.data(320, 16);

let at: usize = 0;
let end: usize = 0;
let to: usize = 0;
let limit: usize = 0;
/** Bits that were read ahead, the next one lowest; above `held` may be more of the stream. */
let hold: u64 = 0;
let held: i32 = 0;

export function fillFixedCodes(): void {
  memory.fill(LENGTHS, 8, 144);
  memory.fill(LENGTHS + 144, 9, 112);
  memory.fill(LENGTHS + 256, 7, 24);
  memory.fill(LENGTHS + 280, 8, 8);
  makeCode(FIXED_LITERALS, LENGTHS, 288);
  memory.fill(LENGTHS, 5, 30);
  makeCode(FIXED_DISTANCES, LENGTHS, 30);
}

/** Inflates to exactly `size` bytes; returns 0 or a failure. */
export function inflate(inputBytes: usize, size: usize): i32 {
  at = inputAt() + 2;
  end = inputAt() + inputBytes;
  to = pixelsAt();
  limit = to + size;
  hold = 0;
  held = 0;
  let last: u32;
  do {
    last = bits(1);
    const type = bits(2);
    if (held < 0) return fail(TRUNCATED, at);
    const failure =
      type == 0 ? stored() : type == 1 ? compressed(FIXED_LITERALS, FIXED_DISTANCES) : type == 2 ? dynamic() : -LEAVES;
    if (failure != 0) return fail(-failure, at);
  } while (last == 0);
  return to == limit ? 0 : fail(LEAVES, at);
}

/** Reads ahead: at least 56 bits, or all that there are. */
// @ts-ignore: decorator
@inline
function refill(): void {
  if (at + 8 <= end) {
    hold |= load<u64>(at) << held;
    at += <usize>((63 - held) >> 3);
    held |= 56;
  } else refillLast();
}

function refillLast(): void {
  for (; held < 56 && at < end; held += 8) hold |= <u64>load<u8>(at++) << held;
}

/** Leaves `held` below 0 where the stream ends, and reads zeros there. */
function bits(count: i32): u32 {
  if (held < count) refill();
  const value = <u32>hold & ((1 << count) - 1);
  hold >>= count;
  held -= count;
  return value;
}

function stored(): i32 {
  at -= <usize>(held >> 3);
  hold = 0;
  held = 0;
  // The length's complement is not looked at.
  if (end - at < 4) return -TRUNCATED;
  const length = <usize>load<u16>(at);
  at += 4;
  if (length > end - at) return -TRUNCATED;
  if (length > limit - to) return -LEAVES;
  memory.copy(to, at, length);
  to += length;
  at += length;
  return 0;
}

function dynamic(): i32 {
  const literals = <usize>bits(5) + 257;
  const count = literals + <usize>bits(5) + 1;
  const order = <usize>bits(4) + 4;
  memory.fill(LENGTHS, 0, 19);
  for (let i: usize = 0; i < order; i++) {
    store<u8>(LENGTHS + <usize>load<u8>(CODE_LENGTH_ORDER + i), bits(3));
    if (held < 0) return -TRUNCATED;
  }
  if (!makeCode(LITERALS, LENGTHS, 19)) return -LEAVES;
  for (let i: usize = 0; i < count; ) {
    refill();
    const entry = findSymbol(LITERALS, hold);
    hold >>= entry & 15;
    held -= entry & 15;
    if (entry == 0) return -LEAVES;
    const symbol = entry >> 4;
    if (symbol < 16) {
      if (held < 0) return -TRUNCATED;
      store<u8>(LENGTHS + i++, symbol);
      continue;
    }
    const value: u8 = symbol == 16 && i > 0 ? load<u8>(LENGTHS + i - 1) : 0;
    const repeat: usize = symbol == 16 ? 3 + bits(2) : symbol == 17 ? 3 + bits(3) : 11 + bits(7);
    if (held < 0) return -TRUNCATED;
    if (i + repeat > count) return -LEAVES;
    memory.fill(LENGTHS + i, value, repeat);
    i += repeat;
  }
  if (!makeCode(LITERALS, LENGTHS, literals)) return -LEAVES;
  if (!makeCode(DISTANCES, LENGTHS + literals, count - literals)) return -LEAVES;
  return compressed(LITERALS, DISTANCES);
}

function compressed(literals: usize, distances: usize): i32 {
  const out = pixelsAt();
  while (true) {
    // Enough for the longest match: 15 + 5 + 15 + 13 bits.
    if (held < 48) refill();
    const entry = findSymbol(literals, hold);
    if (entry == 0) return -LEAVES;
    hold >>= entry & 15;
    held -= entry & 15;
    const symbol = entry >> 4;
    if (symbol < END_OF_BLOCK) {
      if (held < 0) return -TRUNCATED;
      if (to == limit) return -LEAVES;
      store<u8>(to++, symbol);
      continue;
    }
    if (symbol == END_OF_BLOCK) return held < 0 ? -TRUNCATED : 0;
    if (symbol > 285) return -LEAVES;
    const slot = <usize>symbol - 257;
    const lengthBits = <i32>load<u8>(LENGTH_BITS + slot);
    const length = <usize>load<u16>(LENGTH_BASE + (slot << 1)) + (<usize>hold & ((1 << lengthBits) - 1));
    hold >>= lengthBits;
    const found = findSymbol(distances, hold);
    const far = found >> 4;
    if (found == 0 || far > 29) return -LEAVES;
    hold >>= found & 15;
    const distanceBits: i32 = far < 4 ? 0 : (<i32>far >> 1) - 1;
    const base = far < 4 ? far + 1 : ((2 + (far & 1)) << distanceBits) + 1;
    const distance = <usize>base + (<usize>hold & ((1 << distanceBits) - 1));
    hold >>= distanceBits;
    held -= lengthBits + <i32>(found & 15) + distanceBits;
    if (held < 0) return -TRUNCATED;
    if (distance > to - out || length > limit - to) return -LEAVES;
    repeatBytes(distance, to, to + length);
    to += length;
  }
}

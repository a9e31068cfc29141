/**
 * A canonical prefix code (RFC 1951, 3.2.2). Codes of up to FAST_BITS are looked up; the few longer ones are found
 * length by length, so that making a code costs little: the data behind it is often small.
 */
export const FAST_BITS: u32 = 10;
const FAST_MASK: u64 = (1 << FAST_BITS) - 1;

// A code: by the next bits symbol << 4 | length, or 0; how many symbols have each length; the symbols in their order.
const COUNTS: usize = 2 << FAST_BITS;
const SYMBOLS: usize = COUNTS + 16 * 2;
export const CODE_BYTES: i32 = 2048 + 32 + 288 * 2;

/** By length while a code is made: where its next symbol goes, and its next code. */
const NEXT_PLACE: usize = memory.data(32, 16);
const NEXT_CODE: usize = memory.data(32, 16);

/** Makes a code of the lengths (bytes) of its symbols; false when they ask for more codes than there are. */
export function makeCode(code: usize, lengths: usize, count: usize): bool {
  memory.fill(code, 0, SYMBOLS);
  for (let i: usize = 0; i < count; i++) {
    const at = code + (<usize>load<u8>(lengths + i) << 1);
    store<u16>(at, load<u16>(at, COUNTS) + 1, COUNTS);
  }
  store<u16>(code, 0, COUNTS);
  let place: u32 = 0;
  let next: u32 = 0;
  for (let length: usize = 1; length < 16; length++) {
    store<u16>(NEXT_PLACE + (length << 1), <u16>place);
    store<u16>(NEXT_CODE + (length << 1), <u16>next);
    const having = <u32>load<u16>(code + (length << 1), COUNTS);
    place += having;
    next += having;
    if (next > <u32>1 << <u32>length) return false;
    next <<= 1;
  }
  for (let symbol: usize = 0; symbol < count; symbol++) {
    const length = <u32>load<u8>(lengths + symbol);
    if (length == 0) continue;
    const at = <usize>length << 1;
    const to = load<u16>(NEXT_PLACE + at);
    store<u16>(NEXT_PLACE + at, to + 1);
    store<u16>(code + (<usize>to << 1), <u16>symbol, SYMBOLS);
    const value = <u32>load<u16>(NEXT_CODE + at);
    store<u16>(NEXT_CODE + at, <u16>(value + 1));
    if (length > FAST_BITS) continue;
    // As they lie in the stream: the first bit lowest.
    let reversed: u32 = 0;
    for (let i: u32 = 0; i < length; i++) reversed |= ((value >> i) & 1) << (length - 1 - i);
    const entry = <u16>((symbol << 4) | length);
    for (; reversed < 1 << FAST_BITS; reversed += 1 << length) store<u16>(code + (<usize>reversed << 1), entry);
  }
  return true;
}

/** symbol << 4 | length of the code with which `bits` begin, or 0. */
// @ts-ignore: decorator
@inline
export function findSymbol(code: usize, bits: u64): u32 {
  const entry = <u32>load<u16>(code + (<usize>(bits & FAST_MASK) << 1));
  return entry != 0 ? entry : findLong(code, bits);
}

function findLong(code: usize, bits: u64): u32 {
  let value: u32 = 0;
  let first: u32 = 0;
  let index: u32 = 0;
  for (let length: u32 = 1; length < 16; length++) {
    value |= <u32>bits & 1;
    bits >>= 1;
    const having = <u32>load<u16>(code + (<usize>length << 1), COUNTS);
    if (value < first + having) {
      return (<u32>load<u16>(code + (<usize>(index + value - first) << 1), SYMBOLS) << 4) | length;
    }
    index += having;
    first = (first + having) << 1;
    value <<= 1;
  }
  return 0;
}

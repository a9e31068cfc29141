/** Copies in steps of four pixels; the last step may write up to three pixels behind `stop` (see SLACK). */
const ALPHA: u32 = 0xff000000;

/** Pixels from B, G, R bytes. */
// @ts-ignore: decorator
@inline
export function copyRgb(at: usize, to: usize, stop: usize): void {
  do {
    const bytes = v128.load(at);
    const turned = v128.shuffle<u8>(bytes, bytes, 2, 1, 0, 0, 5, 4, 3, 0, 8, 7, 6, 0, 11, 10, 9, 0);
    v128.store(to, v128.or(turned, i32x4.splat(ALPHA)));
    at += 12;
    to += 16;
  } while (to < stop);
}

/** Pixels from x1r5g5b5, high byte first. */
// @ts-ignore: decorator
@inline
export function copyRgb16(at: usize, to: usize, stop: usize): void {
  do {
    const bytes = v128.load64_zero(at);
    const zero = i32x4.splat(0);
    v128.store(to, widened(v128.shuffle<u8>(bytes, zero, 1, 0, 16, 16, 3, 2, 16, 16, 5, 4, 16, 16, 7, 6, 16, 16)));
    at += 8;
    to += 16;
  } while (to < stop);
}

/** Pixels from x1r5g5b5, low byte first. */
export function copyRgb16Low(at: usize, to: usize, stop: usize): void {
  do {
    v128.store(to, widened(v128.load16x4_u(at)));
    at += 8;
    to += 16;
  } while (to < stop);
}

/** Four values x1r5g5b5 as pixels; the low bits repeat the high ones. */
// @ts-ignore: decorator
@inline
function widened(values: v128): v128 {
  const red = v128.and(i32x4.shr_u(values, 7), i32x4.splat(0xf8));
  const green = v128.and(i32x4.shl(values, 6), i32x4.splat(0xf800));
  const blue = v128.and(i32x4.shl(values, 19), i32x4.splat(0xf80000));
  const high = v128.or(v128.or(red, green), blue);
  const low = v128.and(i32x4.shr_u(high, 5), i32x4.splat(0x070707));
  return v128.or(v128.or(high, low), i32x4.splat(ALPHA));
}

/** Pixels from B, G, R and a byte without meaning. */
export function copyBgrx(at: usize, to: usize, stop: usize): void {
  do {
    const bytes = v128.load(at);
    const turned = v128.shuffle<u8>(bytes, bytes, 2, 1, 0, 0, 6, 5, 4, 0, 10, 9, 8, 0, 14, 13, 12, 0);
    v128.store(to, v128.or(turned, i32x4.splat(ALPHA)));
    at += 16;
    to += 16;
  } while (to < stop);
}

/** Pixels from B, G, R, A. */
export function copyBgra(at: usize, to: usize, stop: usize): void {
  do {
    const bytes = v128.load(at);
    v128.store(to, v128.shuffle<u8>(bytes, bytes, 2, 1, 0, 3, 6, 5, 4, 7, 10, 9, 8, 11, 14, 13, 12, 15));
    at += 16;
    to += 16;
  } while (to < stop);
}

/** Pixels of the same image that lie before `to`; where they overlap, what was just copied is copied again. */
// @ts-ignore: decorator
@inline
export function repeat(from: usize, to: usize, stop: usize): void {
  const distance = to - from;
  if (distance >= 16) {
    do {
      v128.store(to, v128.load(from));
      from += 16;
      to += 16;
    } while (to < stop);
    return;
  }
  let pixels: v128;
  let step: usize = 16;
  if (distance == 4) pixels = v128.load32_splat(from);
  else if (distance == 8) pixels = v128.load64_splat(from);
  else {
    const three = v128.load(from);
    pixels = v128.shuffle<u32>(three, three, 0, 1, 2, 0);
    step = 12;
  }
  do {
    v128.store(to, pixels);
    to += step;
  } while (to < stop);
}

/** Colours of another image, whose alpha may be its own. */
// @ts-ignore: decorator
@inline
export function copyOpaque(from: usize, to: usize, stop: usize): void {
  do {
    v128.store(to, v128.or(v128.load(from), i32x4.splat(ALPHA)));
    from += 16;
    to += 16;
  } while (to < stop);
}

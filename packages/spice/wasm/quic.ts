import { alphaRow } from './quic-alpha';
import { openBits } from './quic-bits';
import { ALPHA, RGB, resetModel, segment } from './quic-model';
import { firstRow5, firstRow8, nextRow5, nextRow8 } from './quic-row';
import { FAMILY_5, FAMILY_8 } from './quic-tables';
import { inputAt, pixelsAt, spaceAt } from './scratch';

/** QUIC: see codecs/quic.ref.ts, which does the same a step at a time. */
const TYPE_RGB16: i32 = 2;
const TYPE_RGBA: i32 = 5;
const OPAQUE: u32 = 0xff000000;

/** Returns 0 or a failure. Takes 5 bytes of working space a column. */
export function quic(inputBytes: usize, type: i32, width: i32, height: i32): i32 {
  openBits(inputAt(), inputBytes);
  const alpha = type == TYPE_RGBA;
  const opaque = alpha ? 0 : OPAQUE;
  const narrow = type == TYPE_RGB16;
  const residuals = spaceAt();
  const rowBytes = <usize>width << 2;
  resetModel(RGB, narrow ? FAMILY_5 : FAMILY_8, narrow ? 5 : 8);
  if (alpha) resetModel(ALPHA, FAMILY_8, 8);
  let row = pixelsAt();
  for (let y = 0; y < height; y++, row += rowBytes) {
    for (let x = 0, count = 0; x < width; x += count) {
      count = segment(RGB, width - x);
      if (count == 0) continue;
      const end = x + count;
      const failure = narrow
        ? y == 0
          ? firstRow5(row, rowBytes, residuals, x, end, opaque)
          : nextRow5(row, rowBytes, residuals, x, end, opaque)
        : y == 0
          ? firstRow8(row, rowBytes, residuals, x, end, opaque)
          : nextRow8(row, rowBytes, residuals, x, end, opaque);
      if (failure != 0) return failure;
    }
    if (!alpha) continue;
    for (let x = 0, count = 0; x < width; x += count) {
      count = segment(ALPHA, width - x);
      if (count == 0) continue;
      const failure = alphaRow(row, y > 0 ? rowBytes : 0, residuals + rowBytes, x, x + count);
      if (failure != 0) return failure;
    }
  }
  if (narrow) widen(pixelsAt(), row);
  return 0;
}

/** Five-bit samples to eight bits by repeating the top bits. */
function widen(from: usize, end: usize): void {
  for (let at = from; at < end; at += 16) {
    const five = v128.and(v128.load(at), i32x4.splat(0x1f1f1f));
    const high = v128.or(i32x4.shl(five, 3), i32x4.splat(OPAQUE));
    v128.store(at, v128.or(high, v128.and(i32x4.shr_u(five, 2), i32x4.splat(0x070707))));
  }
}

import { LEAVES, TRUNCATED } from './memory';
import { bitAt, bitLimit, bitsAt, failBits, readRun, setBitAt, top } from './quic-bits';
import { ALPHA, BEST, halvingTrigger, learn, pause, WAIT, WAIT_MASK } from './quic-model';
import { BUCKETS, ESCAPES, FAMILY_8 } from './quic-tables';

/** As quic-row.ts, for the alpha bytes of [from, end); `up` is 0 for the first row. Residuals are bytes here. */
export function alphaRow(row: usize, up: usize, residuals: usize, from: i32, end: i32): i32 {
  const trigger = halvingTrigger(ALPHA);
  const waitMask = load<i32>(ALPHA, WAIT_MASK);
  let wait = load<i32>(ALPHA, WAIT);
  let at = bitAt;
  let runFrom = 3;
  for (let x = from; x < end; ) {
    const p = row + (<usize>x << 2) + 3;
    const left: u32 = x > 0 ? load<u8>(p - 4) : 0;
    let prediction = left;
    if (up > 0) {
      const above = <u32>load<u8>(p - up);
      if (x >= runFrom && load<u8>(p - up - 4) == above && load<u8>(p - 8) == left) {
        const run = readRun(ALPHA, at);
        if (run < 0) return run;
        at = bitAt;
        if (run > end - x) return failBits(LEAVES, at);
        for (let i = 0; i < run; i++) store<u8>(p + (<usize>i << 2), left);
        x += run;
        // An empty run is followed by a sample.
        runFrom = run > 0 ? 3 : x + 1;
        continue;
      }
      prediction = x > 0 ? (left + above) >> 1 : above;
    }
    const context = <usize>(x > 0 ? load<u8>(residuals + x - 1) : up > 0 ? load<u8>(residuals) : 0);
    const bucket = <usize>load<u8>(FAMILY_8 + context, BUCKETS);
    const code = load<u32>(ALPHA + bucket, BEST);
    const v = bitsAt(top, at);
    const zeros = <u32>clz(v);
    let length = zeros + (code >> 16);
    let rest = (zeros - 1) << code;
    if (zeros >= ((code >> 8) & 255)) {
      const escape = load<u32>(FAMILY_8 + (<usize>(code & 7) << 2), ESCAPES);
      length = escape & 0xffff;
      rest = escape >> 16;
    }
    const value = (<u32>(v >> (64 - <u64>length)) + rest) & 255;
    at += length;
    if (at > bitLimit) return failBits(TRUNCATED, at);
    store<u8>(p, prediction + ((value >> 1) ^ (0 - (value & 1))));
    store<u8>(residuals + x, value);
    if (wait == 0) {
      learn(ALPHA, 0, FAMILY_8, bucket, value, trigger);
      wait = pause(ALPHA, waitMask);
    } else wait--;
    x++;
  }
  store<i32>(ALPHA, wait, WAIT);
  setBitAt(at);
  return 0;
}

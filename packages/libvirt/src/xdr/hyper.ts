/**
 * A 64-bit integer: `number` where it is exact (|x| ≤ 2^53 - 1), else `bigint`. Nearly every value that libvirt sends
 * (bytes, KiB, nanoseconds since boot) is exact, and numbers cost a tenth of what bigints cost; the rest is not rounded.
 */
export type Hyper = number | bigint;

/** For sizes and counters where rounding to 53 bits does no harm (from 8 PiB on, to a multiple of 2). */
export function toNumber(value: Hyper): number {
  return Number(value);
}

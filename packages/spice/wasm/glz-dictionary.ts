import { keep, lingers, openRing, PIXELS, PLACE, REACH, release, SLOT_BYTES, SLOTS, TABLE } from './glz-ring';
import { GONE, LIMIT, MISSING, TWICE } from './memory';

/**
 * The images that GLZ may refer back to: see codecs/glz-dictionary.ref.ts. An image's slot is its id modulo SLOTS;
 * the ids that are kept reach less far than that from the oldest one on, so no two share a slot.
 */
let oldest: u64 = 0;
/** All images below this id have arrived. */
let contiguous: u64 = 0;
let pixelsKept: u64 = 0;
let maxPixels: u64 = 0;

// The image that is being decoded.
let id: u64 = 0;
let missing: u32 = 0;

export function openDictionary(max: u32): i32 {
  maxPixels = max;
  // Twice what the images take: a ring has gaps, and images that came too early hold up the release of others.
  const bytes = min(<u64>max * 8 + (64 << 20), 1 << 30);
  return openRing(<usize>bytes) ? 0 : -LIMIT;
}

// @ts-ignore: decorator
@inline
function slotOf(image: u64): usize {
  return TABLE + (<usize>image & (SLOTS - 1)) * SLOT_BYTES;
}

function has(image: u64): bool {
  return image - oldest < <u64>SLOTS && load<u32>(slotOf(image), PLACE) != 0;
}

export function holds(low: u32, high: u32): bool {
  return has(<u64>low | (<u64>high << 32));
}

/** Begins an image: 0, or why it cannot be taken. */
export function begin(low: u32, high: u32, pixels: u32): i32 {
  id = <u64>low | (<u64>high << 32);
  if (id < oldest || has(id)) return -TWICE;
  if (id - oldest >= <u64>SLOTS || lingers(slotOf(id))) return -LIMIT;
  return <u64>pixels <= maxPixels ? 0 : -LIMIT;
}

/** How far back the image that is not there yet lies. */
export function missingDistance(): u32 {
  return missing;
}

/** Finds the image that lies `back` before this one: its slot, or a failure. */
// @ts-ignore: decorator
@inline
export function find(back: u32): i32 {
  const slot = slotOf(id - <u64>back);
  if (<u64>back <= id - oldest && load<u32>(slot, PLACE) != 0) return <i32>slot;
  return notThere(back);
}

function notThere(back: u32): i32 {
  if (<u64>back > id || id - <u64>back < contiguous) return -GONE;
  missing = back;
  return -MISSING;
}

// @ts-ignore: decorator
@inline
export function placeOf(slot: i32): usize {
  return <usize>load<u32>(<usize>slot, PLACE);
}

// @ts-ignore: decorator
@inline
export function lengthOf(slot: i32): usize {
  return <usize>load<u32>(<usize>slot, PIXELS);
}

/** Adds the image, and releases those that none after it may refer to; they refer back to `reach` before it at most. */
export function add(place: usize, pixels: u32, reach: u32): i32 {
  const slot = slotOf(id);
  store<u32>(slot, pixels, PIXELS);
  store<u32>(slot, reach, REACH);
  keep(place, <usize>pixels << 2, slot);
  pixelsKept += pixels;
  while (has(contiguous)) contiguous++;
  if (contiguous > 0 && has(contiguous - 1)) {
    const needed = contiguous - 1 - <u64>load<u32>(slotOf(contiguous - 1), REACH);
    for (; oldest < needed; oldest++) {
      const gone = slotOf(oldest);
      pixelsKept -= load<u32>(gone, PIXELS);
      release(gone);
    }
  }
  return pixelsKept <= maxPixels ? 0 : -LIMIT;
}

import { FREE, PAGE, reach, SLACK } from './memory';

/**
 * Where the images of a GLZ dictionary lie: in the order of arrival in a ring of memory, which is the order in which
 * they are released, nearly. Room is free again when its image is the oldest one; if a new one does not fit, the
 * memory grows, and where the ring has come round, the older images move to the new end.
 *
 * All that is known of an image is in its slot; a word beside its pixels would be a cache miss when it is released.
 */
export const SLOTS: usize = 1 << 20;
export const SLOT_BYTES: usize = 16;
export const TABLE: usize = FREE;

// A slot: u32 each.
/** Where the pixels lie; 0 where there is no image. */
export const PLACE: usize = 0;
export const PIXELS: usize = 4;
/** How far back later images may refer. */
export const REACH: usize = 8;
/** The slot of the image that arrived next: LAST for the newest, 0 outside of the ring. */
const NEXT: usize = 12;
const LAST: u32 = 1;

let base: usize = 0;
/** The oldest image, and the first byte behind the newest. */
let tail: usize = 0;
let head: usize = 0;
/** Where the older images end while newer ones lie before them; else 0. */
let turn: usize = 0;
/** How far the ring may grow. */
let most: usize = 0;
/** Slots of the oldest and the newest image, 0 where there is none. The oldest is never a released one. */
let first: usize = 0;
let last: usize = 0;

export function openRing(maxBytes: usize): bool {
  base = TABLE + SLOTS * SLOT_BYTES;
  most = base + maxBytes;
  tail = base;
  head = base;
  turn = 0;
  return reach(base + PAGE);
}

/** Room for so many bytes and SLACK behind them; returns its place, or 0. It counts only once kept. */
export function room(bytes: usize): usize {
  const size = bytes + SLACK;
  if (turn == 0) {
    if (head + size <= available()) return head;
    if (base + size < tail) {
      turn = head;
      head = base;
      return head;
    }
    if (head + size > most || !reach(head + size)) return 0;
    return head;
  }
  if (head + size < tail) return head;
  const delta = (size - (tail - head) + PAGE) & ~15;
  // Copies may read a little behind the last image.
  if (turn + delta > most || !reach(turn + delta + SLACK)) return 0;
  moveUp(delta);
  return head;
}

/** Whether a slot is still in the ring though its image was released: one that came before it is still needed. */
export function lingers(slot: usize): bool {
  return load<u32>(slot, NEXT) != 0;
}

/** Keeps the pixels at `place`, where room was found, for a slot. */
export function keep(place: usize, bytes: usize, slot: usize): void {
  store<u32>(slot, <u32>place, PLACE);
  store<u32>(slot, LAST, NEXT);
  if (first == 0) first = slot;
  else store<u32>(last, <u32>slot, NEXT);
  last = slot;
  head = place + ((bytes + 15) & ~15);
}

export function release(slot: usize): void {
  store<u32>(slot, 0, PLACE);
  if (slot != first) return;
  while (load<u32>(first, PLACE) == 0) {
    const next = load<u32>(first, NEXT);
    store<u32>(first, 0, NEXT);
    if (next == LAST) {
      first = 0;
      last = 0;
      tail = base;
      head = base;
      turn = 0;
      return;
    }
    first = next;
  }
  const oldest = <usize>load<u32>(first, PLACE);
  if (oldest < tail) turn = 0;
  tail = oldest;
}

function available(): usize {
  return min(<usize>memory.size() * PAGE, most);
}

function moveUp(delta: usize): void {
  for (let slot = first; slot > LAST; slot = load<u32>(slot, NEXT)) {
    const place = <usize>load<u32>(slot, PLACE);
    if (place >= tail) store<u32>(slot, <u32>(place + delta), PLACE);
  }
  memory.copy(tail + delta, tail, turn - tail);
  tail += delta;
  turn += delta;
}

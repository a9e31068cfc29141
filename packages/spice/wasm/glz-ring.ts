import { FREE, LIMIT, PAGE, reach, SLACK } from './memory';

/**
 * Where the images of a GLZ dictionary lie: blocks in the order of arrival in a ring of memory, which is the order
 * in which they are released, nearly. A block is freed when it is the oldest one; if a new one does not fit, the
 * memory grows, and where the ring has come round, the older blocks move to the new end.
 *
 * A block: its bytes, its slot in the dictionary, whether it is still needed (u32 each), 4 unused; then the pixels.
 */
const HEADER: usize = 16;
const SLOT: usize = 4;
const NEEDED: usize = 8;

/** Slots of the dictionary, before the ring: place of the pixels, their number, reach of later images (u32 each), unused. */
export const SLOTS: usize = 1 << 20;
export const SLOT_BYTES: usize = 16;
export const TABLE: usize = FREE;

let base: usize = 0;
/** The oldest block, and the first byte behind the newest. */
let tail: usize = 0;
let head: usize = 0;
/** Where the older blocks end while newer ones lie before them; else 0. */
let turn: usize = 0;
/** How far the ring may grow. */
let most: usize = 0;

export function openRing(maxBytes: usize): bool {
  base = TABLE + SLOTS * SLOT_BYTES;
  most = base + maxBytes;
  tail = base;
  head = base;
  turn = 0;
  return reach(base + PAGE);
}

/** Room for a block of `bytes` behind its header; returns the place of its pixels, or 0. It counts only once kept. */
export function room(bytes: usize): usize {
  const size = HEADER + bytes + SLACK;
  if (turn == 0) {
    if (head == tail) {
      head = base;
      tail = base;
    }
    if (head + size <= available()) return head + HEADER;
    if (base + size < tail) {
      turn = head;
      head = base;
      return head + HEADER;
    }
    if (head + size > most || !reach(head + size)) return 0;
    return head + HEADER;
  }
  if (head + size < tail) return head + HEADER;
  const delta = (size - (tail - head) + PAGE) & ~15;
  // Copies may read a little behind the last block.
  if (turn + delta > most || !reach(turn + delta + SLACK)) return 0;
  moveUp(delta);
  return head + HEADER;
}

/** Keeps the pixels at `place` for a slot. */
export function keep(place: usize, bytes: usize, slot: usize): void {
  const block = place - HEADER;
  const size = (HEADER + bytes + 15) & ~15;
  store<u32>(block, <u32>size);
  store<u32>(block, <u32>slot, SLOT);
  store<u32>(block, 1, NEEDED);
  head = block + size;
}

export function release(place: usize): void {
  store<u32>(place - HEADER, 0, NEEDED);
  while (tail != head && load<u32>(tail, NEEDED) == 0) {
    tail += load<u32>(tail);
    if (tail == turn) {
      tail = base;
      turn = 0;
    }
  }
}

function available(): usize {
  return min(<usize>memory.size() * PAGE, most);
}

function moveUp(delta: usize): void {
  for (let block = tail; block < turn; block += load<u32>(block)) {
    if (load<u32>(block, NEEDED) == 0) continue;
    const slot = load<u32>(block, SLOT);
    store<u32>(slot, load<u32>(slot) + <u32>delta);
  }
  memory.copy(tail + delta, tail, turn - tail);
  tail += delta;
  turn += delta;
}

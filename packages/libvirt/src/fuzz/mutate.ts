/** Frames as nobody should send them. */
import { HEADER_BYTES, MessageStatus, MessageType } from '../rpc/frame.ts';
import type { Random } from '../testing/random.ts';

export interface Mutant {
  readonly bytes: Buffer;
  /** What was done to it. */
  readonly how: string;
}

const NUMBERS = [
  ...[0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 27, 28, 29, 255, 256, 4095, 65_535, 65_536, 65_537],
  // Limits of lists and strings in the protocol, and one above; the largest message; 2^31 and 2^32 and their neighbours.
  ...[64, 65, 1024, 1025, 2048, 2049, 16_384, 16_385, 262_144, 262_145, 4_194_304, 4_194_305, 8_388_608, 8_388_609],
  ...[0x200_0000, 0x200_0004, 0x200_0005, 0x7fff_fffc, 0x7fff_ffff, 0x8000_0000, 0xffff_fffc, 0xffff_ffff],
];

/** What is no UTF-8: half a character, one that is too long, a surrogate, a byte that never comes. */
const BAD_UTF8 = [
  [0xff],
  [0xc3],
  [0xe2, 0x82],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xfe, 0xfe],
];

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random(items.length)]!;

type Mutator = (frame: Buffer, random: Random, other: Buffer) => Buffer;

const mutators: Record<string, Mutator> = {
  'bits flipped': (frame, random) => {
    for (let left = 1 + random(8); left > 0; left--) frame[random(frame.length)]! ^= 1 << random(8);
    return frame;
  },
  'length word': (frame, random) => {
    const near = frame.length + pick(random, [-8, -4, -1, 1, 4, 8]);
    frame.writeUInt32BE((random(2) === 0 ? near : pick(random, NUMBERS)) >>> 0, 0);
    return frame;
  },
  'header word': (frame, random, other) => {
    const word = 4 * (1 + random(6));
    const values = [pick(random, NUMBERS), other.readUInt32BE(word), random(8), frame.readUInt32BE(word) ^ 1];
    frame.writeUInt32BE(pick(random, values) >>> 0, word);
    return frame;
  },
  type: (frame, random) => {
    frame.writeUInt32BE(pick(random, Object.values(MessageType)), 16);
    return frame;
  },
  status: (frame, random) => {
    frame.writeUInt32BE(pick(random, Object.values(MessageStatus)), 24);
    return frame;
  },
  'payload cut off': (frame, random) =>
    withLength(frame.subarray(0, HEADER_BYTES + random(frame.length - HEADER_BYTES + 1))),
  'payload too long': (frame, random) => withLength(Buffer.concat([frame, Buffer.alloc(1 + random(40), random(256))])),
  'a word of the payload': (frame, random) => {
    const words = (frame.length - HEADER_BYTES) >> 2;
    if (words === 0) return frame;
    const at = HEADER_BYTES + 4 * random(words);
    const left = frame.length - at - 4;
    // Counts just below what the packet can hold, and just above.
    const value = random(3) === 0 ? pick(random, [left, left + 1, left >> 2, (left >> 2) + 1]) : pick(random, NUMBERS);
    frame.writeUInt32BE(value, at);
    return frame;
  },
  'bad UTF-8': (frame, random) => {
    for (let left = 1 + random(3); left > 0; left--) {
      const bytes = pick(random, BAD_UTF8);
      const room = frame.length - HEADER_BYTES - bytes.length;
      if (room >= 0) frame.set(bytes, HEADER_BYTES + random(room + 1));
    }
    return frame;
  },
  "another's payload": (frame, _, other) =>
    withLength(Buffer.concat([frame.subarray(0, HEADER_BYTES), other.subarray(HEADER_BYTES)])),
  'bytes lost': (frame, random) => {
    const at = random(frame.length);
    return Buffer.concat([frame.subarray(0, at), frame.subarray(at + 1 + random(8))]);
  },
  'bytes put in': (frame, random) => {
    const at = random(frame.length + 1);
    const noise = Buffer.from(Array.from({ length: 1 + random(8) }, () => random(256)));
    return Buffer.concat([frame.subarray(0, at), noise, frame.subarray(at)]);
  },
  'a part moved': (frame, random) => {
    const from = random(frame.length);
    frame.copyWithin(random(frame.length), from, from + 1 + random(16));
    return frame;
  },
};

const names = Object.keys(mutators);

function withLength(frame: Buffer): Buffer {
  const copy = Buffer.from(frame);
  copy.writeUInt32BE(copy.length, 0);
  return copy;
}

/** One to three changes to a frame; `other` is one that means something else. */
export function mutate(frame: Buffer, random: Random, other: Buffer): Mutant {
  let bytes = Buffer.from(frame);
  const how: string[] = [];
  for (let left = 1 + random(random(3) === 0 ? 3 : 1); left > 0 && bytes.length >= HEADER_BYTES; left--) {
    const name = pick(random, names);
    bytes = Buffer.from(mutators[name]!(bytes, random, other));
    how.push(name);
  }
  return { bytes, how: how.join(', ') };
}

/** The same bytes in pieces of any size: whole, in two, in single bytes; at most some hundred. */
export function* cut(bytes: Buffer, random: Random): Generator<Buffer, void, void> {
  const largest = Math.max(pick(random, [1, 5, 40, 1000, bytes.length, bytes.length]), bytes.length >> 6);
  for (let at = 0; at < bytes.length; ) {
    const size = largest >= bytes.length ? bytes.length : 1 + random(largest);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

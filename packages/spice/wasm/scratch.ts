import { FREE, LIMIT, reach, SLACK, setOrigin } from './memory';

/**
 * The areas of an image that stands alone: pixels at FREE, then working space of the codec, then its input. They are
 * used again by the next image.
 */
let space: usize = 0;
let input: usize = 0;

export function spaceAt(): usize {
  return space;
}

export function inputAt(): usize {
  return input;
}

/** Where the pixels of every image begin. */
export function pixelsAt(): usize {
  return FREE;
}

/** More than any image within the limits takes with an input that is worth decoding. */
const MAX_BYTES: u64 = 1 << 30;

/** Makes room; returns where the input has to be put, or a failure. */
export function place(pixelBytes: usize, spaceBytes: usize, inputBytes: usize): i32 {
  if (<u64>pixelBytes + <u64>spaceBytes + <u64>inputBytes > MAX_BYTES) return -LIMIT;
  space = FREE + ((pixelBytes + SLACK + 15) & ~15);
  input = space + ((spaceBytes + SLACK + 15) & ~15);
  if (!reach(input + inputBytes + SLACK)) return -LIMIT;
  setOrigin(input);
  return <i32>input;
}

import { add, begin, find, lengthOf, placeOf } from './glz-dictionary';
import { room } from './glz-ring';
import { fail, LEAVES, LIMIT, SLACK, setOrigin, TRUNCATED } from './memory';
import { copyOpaque, copyRgb, copyRgb16, repeat } from './pixel-copies';

/** GLZ: see codecs/glz.ref.ts for the format. */
const HEADER_BYTES: usize = 33;
const TYPE_RGB16: i32 = 6;
const TYPE_RGBA: i32 = 9;
const MAX_LENGTH: u32 = 1 << 27;

// The image at work.
let out: usize = 0;
let outPixels: u32 = 0;
let input: usize = 0;
let end: usize = 0;

// The last match read.
let matchLength: u32 = 0;
let matchOffset: u32 = 0;
let matchImages: u32 = 0;

/** Makes room for an image; returns where its input has to be put, or a failure. */
export function glzPlace(low: u32, high: u32, pixels: u32, inputBytes: usize): i32 {
  const refused = begin(low, high, pixels);
  if (refused != 0) return refused;
  const pixelBytes = ((<usize>pixels << 2) + SLACK + 15) & ~15;
  out = room(pixelBytes + inputBytes);
  if (out == 0) return -LIMIT;
  outPixels = pixels;
  input = out + pixelBytes;
  end = input + inputBytes;
  setOrigin(input);
  return <i32>input;
}

/** Decodes it and adds it to the dictionary; returns where its pixels lie, or a failure. */
export function glz(type: i32, reach: u32): i32 {
  const start = input + HEADER_BYTES;
  const at = type == TYPE_RGB16 ? narrow(start) : wide(start);
  if (at < 0) return at;
  if (type == TYPE_RGBA) {
    const failure = alphas(at);
    if (failure != 0) return failure;
  }
  const full = add(out, outPixels, reach);
  return full != 0 ? full : <i32>out;
}

function wide(at: usize): i32 {
  return colours(at, 3, 0);
}

function narrow(at: usize): i32 {
  return colours(at, 2, 1);
}

/** Returns the place behind the stream or a failure. `bias` is what the type adds to the length of a match. */
// @ts-ignore: decorator
@inline
function colours(at: usize, unitBytes: usize, bias: u32): i32 {
  const limit = out + (<usize>outPixels << 2);
  let to = out;
  while (to < limit) {
    if (at >= end) return fail(TRUNCATED, at);
    const control = <u32>load<u8>(at++);
    if (control < 32) {
      const count = <usize>control + 1;
      const stop = to + (count << 2);
      const behind = at + count * unitBytes;
      if (stop > limit) return fail(LEAVES, at);
      if (behind > end) return fail(TRUNCATED, at);
      if (unitBytes == 3) copyRgb(at, to, stop);
      else copyRgb16(at, to, stop);
      at = behind;
      to = stop;
      continue;
    }
    const behind = match(at, control);
    if (behind < 0) return behind;
    at = behind;
    const length = <usize>(matchLength + bias);
    const stop = to + (length << 2);
    if (stop > limit) return fail(LEAVES, at);
    if (matchImages == 0) {
      const back = <usize>(matchOffset + 1) << 2;
      if (back > to - out) return fail(LEAVES, at);
      repeat(to - back, to, stop);
    } else {
      const slot = find(matchImages);
      if (slot < 0) return fail(-slot, at);
      if (<usize>matchOffset + length > lengthOf(slot)) return fail(LEAVES, at);
      copyOpaque(placeOf(slot) + (<usize>matchOffset << 2), to, stop);
    }
    to = stop;
  }
  return <i32>at;
}

/** A stream of alpha bytes for pixels whose colours are already there. */
function alphas(at: usize): i32 {
  const first = out + 3;
  const limit = first + (<usize>outPixels << 2);
  let to = first;
  while (to < limit) {
    if (at >= end) return fail(TRUNCATED, at);
    const control = <u32>load<u8>(at++);
    if (control < 32) {
      const count = <usize>control + 1;
      const stop = to + (count << 2);
      if (stop > limit) return fail(LEAVES, at);
      if (at + count > end) return fail(TRUNCATED, at);
      for (; to < stop; to += 4) store<u8>(to, load<u8>(at++));
      continue;
    }
    const behind = match(at, control);
    if (behind < 0) return behind;
    at = behind;
    const length = <usize>matchLength + 2;
    const stop = to + (length << 2);
    if (stop > limit) return fail(LEAVES, at);
    let from: usize;
    if (matchImages == 0) {
      const back = <usize>(matchOffset + 1) << 2;
      if (back > to - first) return fail(LEAVES, at);
      from = to - back;
    } else {
      const slot = find(matchImages);
      if (slot < 0) return fail(-slot, at);
      if (<usize>matchOffset + length > lengthOf(slot)) return fail(LEAVES, at);
      from = placeOf(slot) + (<usize>matchOffset << 2) + 3;
    }
    for (; to < stop; to += 4, from += 4) store<u8>(to, load<u8>(from));
  }
  return 0;
}

/**
 * Reads a match behind its control byte; returns the place behind it or a failure. Reads up to nine bytes before it
 * looks whether they belong to the input.
 */
// @ts-ignore: decorator
@inline
function match(at: usize, control: u32): i32 {
  let length = control >> 5;
  if (length == 7) {
    let more: u32;
    do {
      if (at >= end) return fail(TRUNCATED, at);
      more = load<u8>(at++);
      length = min(length + more, MAX_LENGTH);
    } while (more == 255);
  }
  let offset = (control & 15) | (<u32>load<u8>(at) << 4);
  const flags = <u32>load<u8>(at, 1);
  at += 2;
  const imageBytes = flags >> 6;
  // The bytes of the image distance, least first.
  let images = load<u32>(at) & ((1 << (imageBytes << 3)) - 1);
  at += <usize>imageBytes;
  if ((control & 16) == 0) images = (flags & 63) + (images << 6);
  else {
    offset |= (flags & 31) << 12;
    if (flags & 32) offset |= <u32>load<u8>(at++) << 17;
  }
  if (at > end) return fail(TRUNCATED, at);
  matchLength = length;
  matchOffset = offset;
  matchImages = images;
  return <i32>at;
}

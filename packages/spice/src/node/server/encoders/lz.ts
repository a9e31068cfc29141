import { ByteWriter } from '../../../wire/byte-writer.ts';

/**
 * LZ and GLZ encoders; the formats are described at the decoders (codecs/lz.ref.ts, codecs/glz.ref.ts). A picture is a row of
 * units: what one literal stands for (a pixel, a byte of indices, one alpha value; lz-units.ts makes them).
 */
export interface Units {
  /** Equal numbers for equal units. */
  keys: Int32Array;
  /** Appends a unit as literals carry it. */
  literal(at: number, to: ByteWriter): void;
  /** What the type adds to the match lengths that travel. */
  bias: number;
}

const MAGIC = 0x20205a4c;
const VERSION = 0x00010001;
const MAX_DISTANCE = 8191 + 65535;
const MAX_GLZ_OFFSET = (1 << 25) - 1;

const be = (to: ByteWriter, value: number): ByteWriter =>
  to
    .u8(value >>> 24)
    .u8(value >>> 16)
    .u8(value >>> 8)
    .u8(value);

export function lzHeader(type: number, width: number, height: number, stride: number, topDown: boolean): ByteWriter {
  const to = new ByteWriter(1024);
  for (const word of [MAGIC, VERSION, type, width, height, stride, +topDown]) be(to, word);
  return to;
}

export function encodeLz(units: Units, to: ByteWriter): void {
  const { keys, bias } = units;
  const literals = new LiteralRun(units, to);
  const places = new Map<number, number>();
  for (let at = 0; at < keys.length; ) {
    const key = placeKey(keys, at);
    const from = places.get(key);
    places.set(key, at);
    const length = from === undefined ? 0 : commonLength(keys, from, keys, at);
    const distance = at - (from ?? 0) - 1;
    if (length < bias + 1 || distance > MAX_DISTANCE) {
      literals.add(at++);
      continue;
    }
    literals.flush();
    const short = Math.min(distance, 0x1fff);
    to.u8((Math.min(length - bias, 7) << 5) | (short >> 8));
    pushLength(to, length - bias);
    to.u8(short);
    if (short === 0x1fff) to.u8((distance - 8191) >> 8).u8(distance - 8191);
    at += length;
  }
  literals.flush();
}

/** The images of a session that later ones refer to: at most `size` of them. */
export class GlzWindow {
  readonly images = new Map<number, Int32Array>();
  readonly #places = new Map<number, { image: number; at: number }>();
  readonly #size: number;
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Makes room and gives the number of the next image. */
  begin(): { id: number; oldest: number } {
    const id = this.#next++;
    this.images.delete(id - this.#size);
    return { id, oldest: Math.max(0, id - this.#size + 1) };
  }

  /** An image that is referred to though it was not encoded here; where several have the same, the last one serves. */
  add(id: number, keys: Int32Array): void {
    this.images.set(id, keys);
    for (let at = keys.length - 1; at >= 0; at--) this.remember(placeKey(keys, at), id, at);
  }

  place(key: number): { image: number; at: number } | undefined {
    const found = this.#places.get(key);
    return found && this.images.has(found.image) ? found : undefined;
  }

  remember(key: number, image: number, at: number): void {
    this.#places.set(key, { image, at });
  }
}

export function glzHeader(
  type: number,
  width: number,
  height: number,
  topDown: boolean,
  { id, oldest }: { id: number; oldest: number },
): ByteWriter {
  const to = new ByteWriter(1024);
  be(to, MAGIC);
  be(to, VERSION);
  to.u8(type | (+topDown << 4));
  for (const word of [width, height, width * 4, 0, id, id - oldest]) be(to, word);
  return to;
}

/** @param id of this image, which `window.begin` gives to those of a session */
export function encodeGlz(units: Units, id: number, window: GlzWindow, to: ByteWriter): void {
  const { keys, bias } = units;
  window.images.set(id, keys);
  const literals = new LiteralRun(units, to);
  for (let at = 0; at < keys.length; ) {
    const key = placeKey(keys, at);
    const found = window.place(key);
    window.remember(key, id, at);
    const length = found ? commonLength(window.images.get(found.image)!, found.at, keys, at) : 0;
    const offset = found === undefined ? 0 : found.image === id ? at - found.at - 1 : found.at;
    if (!found || length < bias + 1 || offset > MAX_GLZ_OFFSET) {
      literals.add(at++);
      continue;
    }
    literals.flush();
    pushGlzMatch(to, length - bias, offset, id - found.image);
    at += length;
  }
  literals.flush();
}

class LiteralRun {
  readonly #units: Units;
  readonly #to: ByteWriter;
  #pending: number[] = [];

  constructor(units: Units, to: ByteWriter) {
    this.#units = units;
    this.#to = to;
  }

  add(at: number): void {
    this.#pending.push(at);
    if (this.#pending.length === 32) this.flush();
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    this.#to.u8(this.#pending.length - 1);
    for (const at of this.#pending) this.#units.literal(at, this.#to);
    this.#pending = [];
  }
}

/** The same for places where the same three units begin. */
function placeKey(keys: Int32Array, at: number): number {
  return Math.imul(Math.imul(keys[at]!, 0x9e3779b1) + (keys[at + 1] ?? 0), 0x85ebca6b) + (keys[at + 2] ?? 0);
}

function commonLength(source: Int32Array, from: number, keys: Int32Array, at: number): number {
  let length = 0;
  while (at + length < keys.length && from + length < source.length && source[from + length] === keys[at + length]) {
    length++;
  }
  return length;
}

/** A match: `length` without the type's bias, `images` back; within the image `offset` is one less than the distance. */
export function pushGlzMatch(to: ByteWriter, length: number, offset: number, images: number): void {
  const isLong = offset >= 1 << 12;
  to.u8((Math.min(length, 7) << 5) | (isLong ? 16 : 0) | (offset & 15));
  pushLength(to, length);
  to.u8(offset >> 4);
  const distance = bytesOf(isLong ? images : images >> 6);
  if (!isLong) {
    to.u8((distance.length << 6) | (images & 63)).put(distance);
    return;
  }
  const isVeryLong = offset >= 1 << 17;
  to.u8((distance.length << 6) | (isVeryLong ? 32 : 0) | ((offset >> 12) & 31)).put(distance);
  if (isVeryLong) to.u8(offset >> 17);
}

function pushLength(to: ByteWriter, length: number): void {
  if (length < 7) return;
  let rest = length - 7;
  for (; rest >= 255; rest -= 255) to.u8(255);
  to.u8(rest);
}

function bytesOf(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest >>= 8) bytes.push(rest & 255);
  return bytes;
}

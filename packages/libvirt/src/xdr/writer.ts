import { LibvirtError } from '../errors.ts';
import { encodeEscaped } from './escaped-text.ts';
import type { Hyper } from './hyper.ts';

const SLAB_BYTES = 64 * 1024;
/** A connection that opens one stream and closes needs no more. */
const FIRST_SLAB_BYTES = 4 * 1024;
/** Up to here text is written character by character: a call of Buffer's own encoder costs more. */
const SHORT_CHARACTERS = 64;
const DASH = 0x2d;
const DASHES = [8, 13, 18, 23] as const;
/** Dashes before a byte of a UUID. */
const DASHES_BEFORE = Uint8Array.of(0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4, 4, 4, 4);
/** What a character is worth as a hexadecimal digit; -1: nothing. */
const DIGITS = Int8Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? -1 : digit;
});

/**
 * Writes XDR messages into a shared slab, one behind the other: several calls leave in one piece, and a small one costs no
 * allocation but a view. What was taken is never written to again, so it may wait in a socket's queue.
 */
export class XdrWriter {
  #bytes = Buffer.allocUnsafeSlow(FIRST_SLAB_BYTES);
  /** Messages that are whole but not taken yet lie from here … */
  #untaken = 0;
  /** … to here, where the message that is being written begins. */
  #start = 0;
  #position = 0;
  #procedure = '';

  /** Starts a message; what was written of one that never ended is forgotten. */
  begin(procedure: string): void {
    this.#procedure = procedure;
    this.#position = this.#start;
  }

  /** Bytes written since `begin()`. */
  get length(): number {
    return this.#position - this.#start;
  }

  /** The message is whole. */
  end(): void {
    this.#start = this.#position;
  }

  /** All whole messages since the last `take()`, in one piece. */
  take(): Buffer {
    const messages = this.#bytes.subarray(this.#untaken, this.#start);
    this.#untaken = this.#start;
    return messages;
  }

  /** `end()`, then `take()`. */
  finish(): Buffer {
    this.end();
    return this.take();
  }

  fail(problem: string): never {
    throw new LibvirtError({
      code: 'VALUE_OUT_OF_RANGE',
      message: `${this.#procedure}: ${problem} at byte ${this.length}`,
      procedure: this.#procedure,
      byteOffset: this.length,
    });
  }

  #reserve(length: number): number {
    const at = this.#position;
    if (at + length > this.#bytes.length) return this.#grow(length);
    this.#position = at + length;
    return at;
  }

  #grow(length: number): number {
    const written = this.#position - this.#untaken;
    const slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, 2 * (written + length)));
    this.#bytes.copy(slab, 0, this.#untaken, this.#position);
    this.#bytes = slab;
    this.#start -= this.#untaken;
    this.#untaken = 0;
    this.#position = written + length;
    return written;
  }

  #word(value: number): void {
    const at = this.#reserve(4);
    const bytes = this.#bytes;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
  }

  #integer(value: number, minimum: number, maximum: number): void {
    if (!Number.isInteger(value) || value < minimum || value > maximum) {
      this.fail(`${value} is no integer from ${minimum} to ${maximum}`);
    }
    this.#word(value);
  }

  int(value: number): void {
    this.#integer(value, -0x8000_0000, 0x7fff_ffff);
  }

  uint(value: number): void {
    this.#integer(value, 0, 0xffff_ffff);
  }

  char(value: number): void {
    this.#integer(value, -128, 127);
  }

  uchar(value: number): void {
    this.#integer(value, 0, 255);
  }

  ushort(value: number): void {
    this.#integer(value, 0, 65535);
  }

  hyper(value: Hyper): void {
    this.#hyper(value, -(2n ** 63n), 2n ** 63n - 1n);
  }

  uhyper(value: Hyper): void {
    this.#hyper(value, 0n, 2n ** 64n - 1n);
  }

  #hyper(value: Hyper, minimum: bigint, maximum: bigint): void {
    if (typeof value === 'number') {
      if (!Number.isSafeInteger(value)) this.fail(`${value} is no exact integer`);
      if (value < 0 && minimum === 0n) this.fail(`${value} is negative`);
      this.#word(Math.floor(value / 0x1_0000_0000));
      this.#word(value % 0x1_0000_0000);
      return;
    }
    if (value < minimum || value > maximum) this.fail(`${value} does not fit 64 bits`);
    this.#word(Number((value >> 32n) & 0xffff_ffffn));
    this.#word(Number(value & 0xffff_ffffn));
  }

  double(value: number): void {
    const at = this.#reserve(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  /** The length of a list or string, `limit` as in the protocol table. */
  count(count: number, limit: number): void {
    if (count > limit) this.fail(`length ${count} above the limit ${limit}`);
    this.#word(count);
  }

  string(value: string, limit: number): void {
    if (value.length <= SHORT_CHARACTERS && this.#shortAscii(value, limit)) return;
    if (!value.isWellFormed()) {
      this.opaque(this.#unescaped(value), limit);
      return;
    }
    const length = Buffer.byteLength(value);
    this.count(length, limit);
    const padded = (length + 3) & ~3;
    const at = this.#reserve(padded);
    this.#bytes.write(value, at, length, 'utf8');
    this.#bytes.fill(0, at + length, at + padded);
  }

  #unescaped(value: string): Uint8Array {
    return encodeEscaped(value) ?? this.fail('a text with a lone surrogate that stands for no byte');
  }

  /** False, and nothing is written, where the text has other characters than ASCII. */
  #shortAscii(value: string, limit: number): boolean {
    const { length } = value;
    const before = this.length;
    this.count(length, limit);
    const padded = (length + 3) & ~3;
    const at = this.#reserve(padded);
    const bytes = this.#bytes;
    let bits = 0;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      bits |= code;
      bytes[at + i] = code;
    }
    for (let i = length; i < padded; i++) bytes[at + i] = 0;
    if (bits < 0x80) return true;
    this.#position = this.#start + before;
    return false;
  }

  optionalString(value: string | null, limit: number): void {
    this.present(value !== null);
    if (value !== null) this.string(value, limit);
  }

  present(flag: boolean): void {
    this.#word(flag ? 1 : 0);
  }

  /** An optional field: whether it follows, then the field. */
  optional<T>(value: T | null, write: (writer: XdrWriter, value: T) => void): void {
    this.present(value !== null);
    if (value !== null) write(this, value);
  }

  /** Bytes as they are: no length, no padding. */
  raw(value: Uint8Array): void {
    const at = this.#reserve(value.length);
    this.#bytes.set(value, at);
  }

  opaque(value: Uint8Array, limit: number): void {
    this.count(value.length, limit);
    const padded = (value.length + 3) & ~3;
    const at = this.#reserve(padded);
    this.#bytes.set(value, at);
    this.#bytes.fill(0, at + value.length, at + padded);
  }

  /** `char name<limit>`: four bytes for each character. */
  chars(value: Uint8Array, limit: number): void {
    this.count(value.length, limit);
    for (const byte of value) this.#word((byte << 24) >> 24);
  }

  /** `char name[count]`: what is missing is zero. */
  fixedChars(value: Uint8Array, count: number): void {
    if (value.length > count) this.fail(`${value.length} characters where ${count} have room`);
    for (let i = 0; i < count; i++) this.#word(((value[i] ?? 0) << 24) >> 24);
  }

  /** With its dashes or without any. */
  uuid(value: string): void {
    const dashed = value.length === 36;
    const at = this.#reserve(16);
    const bytes = this.#bytes;
    let bits = dashed || value.length === 32 ? 0 : -1;
    for (let i = 0; i < 16; i++) {
      const place = 2 * i + (dashed ? DASHES_BEFORE[i]! : 0);
      const high = DIGITS[value.charCodeAt(place)] ?? -1;
      const low = DIGITS[value.charCodeAt(place + 1)] ?? -1;
      bits |= high | low;
      bytes[at + i] = (high << 4) | low;
    }
    if (bits < 0 || (dashed && DASHES.some((place) => value.charCodeAt(place) !== DASH))) {
      this.fail(`'${value}' is no UUID`);
    }
  }

  /** Overwrites four bytes already written, `offset` counted from `begin()`. */
  patch(offset: number, value: number): void {
    this.#bytes.writeUInt32BE(value, this.#start + offset);
  }
}

export function writeList<T>(
  writer: XdrWriter,
  items: readonly T[],
  limit: number,
  write: (writer: XdrWriter, item: T) => void,
): void {
  writer.count(items.length, limit);
  for (const item of items) write(writer, item);
}

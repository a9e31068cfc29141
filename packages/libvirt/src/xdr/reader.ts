import { LibvirtError } from '../errors.ts';
import type { Hyper } from './hyper.ts';
import { decodeName, decodeText, decodeUuid } from './text.ts';

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Reads XDR (RFC 4506): everything is big-endian and padded with zeros to 4 bytes. Every read is checked against the
 * end of the payload, every length against the limit of the protocol table, before anything is allocated.
 */
export class XdrReader {
  #bytes!: Buffer;
  #start!: number;
  #end!: number;
  #procedure!: string;
  #position!: number;

  constructor(bytes: Buffer = NOTHING, start = 0, end = bytes.length, procedure = '') {
    this.begin(bytes, start, end, procedure);
  }

  /** The next packet, with the same reader: nothing is allocated. */
  begin(bytes: Buffer, start: number, end: number, procedure: string): this {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#position = start;
    this.#procedure = procedure;
    return this;
  }

  get remaining(): number {
    return this.#end - this.#position;
  }

  fail(problem: string): never {
    throw new LibvirtError({
      code: 'MALFORMED_PACKET',
      message: `${this.#procedure || 'packet'}: ${problem} at byte ${this.#position - this.#start}`,
      procedure: this.#procedure || undefined,
      byteOffset: this.#position - this.#start,
    });
  }

  /** A payload ends where its last field ends. */
  finish(): void {
    if (this.#position !== this.#end) this.fail(`${this.remaining} bytes too many`);
  }

  #take(length: number): number {
    const at = this.#position;
    if (length > this.#end - at) this.fail(`${length} bytes wanted, ${this.#end - at} left`);
    this.#position = at + length;
    return at;
  }

  int(): number {
    const at = this.#position;
    if (this.#end - at < 4) this.fail(`4 bytes wanted, ${this.#end - at} left`);
    this.#position = at + 4;
    const bytes = this.#bytes;
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }

  uint(): number {
    return this.int() >>> 0;
  }

  /** XDR gives char and short four bytes each, as it does int. */
  char(): number {
    return (this.int() << 24) >> 24;
  }

  uchar(): number {
    return this.int() & 0xff;
  }

  ushort(): number {
    return this.int() & 0xffff;
  }

  hyper(): Hyper {
    const high = this.int();
    const low = this.uint();
    const value = high * 0x1_0000_0000 + low;
    return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
  }

  uhyper(): Hyper {
    const high = this.uint();
    const low = this.uint();
    const value = high * 0x1_0000_0000 + low;
    return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
  }

  double(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }

  /** The length of a list or string, `limit` as in the protocol table. */
  length(limit: number): number {
    const count = this.uint();
    if (count > limit) this.fail(`length ${count} above the limit ${limit}`);
    return count;
  }

  string(limit: number): string {
    const length = this.length(limit);
    return decodeText(this.#bytes, this.#take((length + 3) & ~3), length);
  }

  /** A string out of a small vocabulary: the same text is the same string again. */
  name(limit: number): string {
    const length = this.length(limit);
    return decodeName(this.#bytes, this.#take((length + 3) & ~3), length);
  }

  optionalString(limit: number): string | null {
    return this.present() ? this.string(limit) : null;
  }

  /** Whether an optional field follows. */
  present(): boolean {
    const flag = this.int();
    if (flag !== 0 && flag !== 1) this.fail(`${flag} where 0 or 1 tells whether a field follows`);
    return flag === 1;
  }

  /** A copy: the caller may keep it without keeping the packet. */
  opaque(limit: number): Uint8Array {
    const length = this.length(limit);
    const at = this.#take((length + 3) & ~3);
    return Uint8Array.prototype.slice.call(this.#bytes, at, at + length);
  }

  /** `char name<limit>`. */
  chars(limit: number): Uint8Array {
    return this.fixedChars(this.length(limit));
  }

  /** `char name[count]`: four bytes for each character, the low one counts. */
  fixedChars(count: number): Uint8Array {
    const at = this.#take(count * 4);
    const out = new Uint8Array(count);
    for (let i = 0; i < count; i++) out[i] = this.#bytes[at + i * 4 + 3]!;
    return out;
  }

  uuid(): string {
    return decodeUuid(this.#bytes, this.#take(16));
  }
}

/** Reads `count` items (already checked against its limit) one after the other. */
export function readList<T>(reader: XdrReader, limit: number, read: (reader: XdrReader) => T): T[] {
  const count = reader.length(limit);
  // An item takes 4 bytes at least: a list longer than its packet is refused before it is allocated.
  if (count * 4 > reader.remaining) reader.fail(`list of ${count} items in ${reader.remaining} bytes`);
  const items = new Array<T>(count);
  for (let i = 0; i < count; i++) items[i] = read(reader);
  return items;
}

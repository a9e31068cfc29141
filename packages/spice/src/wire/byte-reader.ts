import { SpiceError } from './error.ts';

/**
 * A cursor over one message body: little-endian, every read checked against the body's end.
 * Reused from message to message (`reset`), so that reading allocates nothing.
 */
export class ByteReader {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  at = 0;

  reset(bytes: Uint8Array, start = 0, end = bytes.length): this {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.at = start;
    return this;
  }

  /** Bytes from the start of the body. */
  get offset(): number {
    return this.at - this.start;
  }

  get remaining(): number {
    return this.end - this.at;
  }

  need(count: number): void {
    if (count > this.end - this.at) {
      throw new SpiceError('truncated', `${count} bytes wanted, ${this.end - this.at} left`, { offset: this.offset });
    }
  }

  u8(): number {
    this.need(1);
    return this.bytes[this.at++]!;
  }

  u16(): number {
    this.need(2);
    const value = this.bytes[this.at]! | (this.bytes[this.at + 1]! << 8);
    this.at += 2;
    return value;
  }

  i16(): number {
    return (this.u16() << 16) >> 16;
  }

  i32(): number {
    this.need(4);
    const { bytes, at } = this;
    this.at = at + 4;
    return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  }

  u32(): number {
    return this.i32() >>> 0;
  }

  u64(): bigint {
    const low = this.u32();
    return (BigInt(this.u32()) << 32n) | BigInt(low);
  }

  /** A view, not a copy: valid as long as the message is. */
  take(count: number): Uint8Array {
    this.need(count);
    const view = this.bytes.subarray(this.at, this.at + count);
    this.at += count;
    return view;
  }

  skip(count: number): void {
    this.need(count);
    this.at += count;
  }

  /** Moves to an offset of the body, as pointers inside messages are given; returns where the cursor was. */
  jump(offset: number): number {
    if (offset > this.end - this.start) {
      throw new SpiceError('malformed', `pointer ${offset} leaves a body of ${this.end - this.start} bytes`, {
        offset: this.offset,
      });
    }
    const before = this.at;
    this.at = this.start + offset;
    return before;
  }
}

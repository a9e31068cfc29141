import { SpiceError } from './error.ts';

/** A 4K frame sent raw is 33 MB; nothing legitimate comes near this. */
export const MAX_MESSAGE_BYTES = 128 * 1024 * 1024;

/**
 * Cuts a byte stream into messages, whatever the chunking.
 *
 * Mini header (6 bytes): type u16, size u32. Full header (18 bytes): serial u64, type u16, size u32, sub_list u32.
 * A chunk that holds whole messages is read in place; only a message that straddles chunks is copied. Memory grows
 * with what has arrived, never with what a header promises.
 */
export class Framer {
  bytes: Uint8Array = new Uint8Array(0);
  #owned: Uint8Array | undefined;
  #start = 0;
  #end = 0;

  mini = true;
  type = 0;
  bodyStart = 0;
  bodyEnd = 0;
  /** Offset of the sub-message list in the body; 0 when there is none. */
  subList = 0;

  get buffered(): number {
    return this.#end - this.#start;
  }

  push(chunk: Uint8Array): void {
    const kept = this.#end - this.#start;
    if (kept === 0) {
      this.bytes = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      return;
    }
    const total = kept + chunk.length;
    if (total > MAX_MESSAGE_BYTES) throw new SpiceError('limit', `${total} bytes wait to be processed`);
    // Always into a buffer of our own: the current one may be a chunk whose views are still in use.
    if (total > this.#spare()) {
      const grown = new Uint8Array(Math.max(total, Math.min(kept * 2, MAX_MESSAGE_BYTES)));
      grown.set(this.bytes.subarray(this.#start, this.#end));
      this.bytes = grown;
      this.#start = 0;
      this.#end = kept;
      this.#owned = grown;
    }
    this.bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** The next `count` raw bytes (link phase), or undefined until they are here. */
  take(count: number): Uint8Array | undefined {
    if (this.buffered < count) return undefined;
    const view = this.bytes.slice(this.#start, this.#start + count);
    this.#start += count;
    return view;
  }

  /** Steps to the next whole message and sets `type`, `bodyStart`, `bodyEnd`; false until one is here. */
  next(): boolean {
    const { bytes } = this;
    const header = this.mini ? 6 : 18;
    const available = this.#end - this.#start;
    if (available < header) return false;
    const at = this.mini ? this.#start : this.#start + 8;
    const size = (bytes[at + 2]! | (bytes[at + 3]! << 8) | (bytes[at + 4]! << 16) | (bytes[at + 5]! << 24)) >>> 0;
    if (size > MAX_MESSAGE_BYTES - header) throw new SpiceError('limit', `a message of ${size} bytes`, { offset: 0 });
    if (available < header + size) return false;
    this.type = bytes[at]! | (bytes[at + 1]! << 8);
    this.subList = this.mini
      ? 0
      : (bytes[at + 6]! | (bytes[at + 7]! << 8) | (bytes[at + 8]! << 16) | (bytes[at + 9]! << 24)) >>> 0;
    this.bodyStart = this.#start + header;
    this.bodyEnd = this.bodyStart + size;
    this.#start = this.bodyEnd;
    return true;
  }

  /** How many bytes fit behind `#start` without moving; 0 when the buffer is a caller's chunk. */
  #spare(): number {
    return this.bytes === this.#owned ? this.bytes.length - this.#start : 0;
  }
}

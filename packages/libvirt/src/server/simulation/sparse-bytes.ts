import { ServerFailure } from '../failure.ts';

const BLOCK_BYTES = 64 * 1024;
const ZEROS = Buffer.alloc(BLOCK_BYTES);

/** Bytes of which only the blocks that hold something else than zeros take memory. */
export class SparseBytes {
  readonly #blocks = new Map<number, Buffer>();

  /** Memory that is taken. */
  get allocatedBytes(): number {
    return this.#blocks.size * BLOCK_BYTES;
  }

  write(offset: number, data: Uint8Array): void {
    for (let at = 0; at < data.length; ) {
      const [index, start] = placeOf(offset + at);
      const part = data.subarray(at, at + BLOCK_BYTES - start);
      this.#writePart(index, start, part);
      at += part.length;
    }
  }

  /** Makes a range zeros. */
  clear(offset: number, length: number): void {
    for (const [index, block] of this.#blocks) {
      const from = Math.max(offset - index * BLOCK_BYTES, 0);
      const to = Math.min(offset + length - index * BLOCK_BYTES, BLOCK_BYTES);
      if (from >= to) continue;
      if (from === 0 && to === BLOCK_BYTES) this.#blocks.delete(index);
      else block.fill(0, from, to);
    }
  }

  /** The range in pieces: bytes, or how many zeros follow. */
  *pieces(offset: number, length: number): Generator<Buffer | number> {
    const end = offset + length;
    let at = offset;
    for (const index of [...this.#blocks.keys()].sort((a, b) => a - b)) {
      const start = index * BLOCK_BYTES;
      const from = Math.max(start, at);
      const to = Math.min(start + BLOCK_BYTES, end);
      if (from >= to) continue;
      if (from > at) yield from - at;
      yield this.#blocks.get(index)!.subarray(from - start, to - start);
      at = to;
    }
    if (at < end) yield end - at;
  }

  copy(): SparseBytes {
    const copy = new SparseBytes();
    for (const [index, block] of this.#blocks) copy.#blocks.set(index, Buffer.from(block));
    return copy;
  }

  #writePart(index: number, start: number, part: Uint8Array): void {
    let block = this.#blocks.get(index);
    if (!block) {
      if (ZEROS.subarray(0, part.length).equals(part)) return;
      block = Buffer.alloc(BLOCK_BYTES);
      this.#blocks.set(index, block);
    }
    block.set(part, start);
  }
}

function placeOf(offset: number): [index: number, start: number] {
  if (!Number.isSafeInteger(offset)) throw new ServerFailure('INVALID_ARG', `offset ${offset} is too large`, 'STORAGE');
  return [Math.floor(offset / BLOCK_BYTES), offset % BLOCK_BYTES];
}

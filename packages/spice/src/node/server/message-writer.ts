import { ByteWriter } from '../../wire/byte-writer.ts';

type Block = (writer: MessageWriter) => void;

/** Builds a message with pointers: what they point at follows behind, in the order of the pointers. */
export class MessageWriter extends ByteWriter {
  readonly #pending: { at: number; block: Block }[] = [];

  /** An offset from the start of the body, filled in by `finish`; 0 where there is nothing to point at. */
  pointer(block: Block | undefined): this {
    if (block) this.#pending.push({ at: this.length, block });
    return this.u32(0);
  }

  override finish(): Uint8Array<ArrayBuffer> {
    // Blocks may add further pointers, which are then pending too.
    for (const { at, block } of this.#pending) {
      this.patchU32(at, this.length);
      block(this);
    }
    return super.finish();
  }
}

import { Duplex, type Readable, type Writable } from 'node:stream';

/** A program's output and input as one byte stream. Its end, not that of its output, ends the stream: then it is known why. */
export class ProgramStream extends Duplex {
  readonly #output: Readable;
  readonly #input: Writable;
  readonly #stop: () => void;

  /** `stop` ends the program, if it still runs. */
  constructor(output: Readable, input: Writable, stop: () => void) {
    super({ allowHalfOpen: false });
    this.#output = output;
    this.#input = input;
    this.#stop = stop;
    output.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) output.pause();
    });
    // A program that reads no more is about to end, or made to: its end tells why.
    for (const side of [output, input]) side.on('error', stop);
  }

  /** To be called once, when the program has ended; `problem` says what it said. */
  ended(problem?: Error): void {
    if (problem) this.destroy(problem);
    else this.push(null);
  }

  override _read(): void {
    this.#output.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.#input.write(chunk, () => callback());
  }

  override _final(callback: () => void): void {
    this.#input.end(() => callback());
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#stop();
    callback(error);
  }
}

/** The last of what a program complains, for the message when it ends. */
export function complaints(stderr: Readable): () => string {
  let text = '';
  stderr.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-2000);
  });
  return () => text.trim();
}

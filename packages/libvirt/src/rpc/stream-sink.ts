import type { LibvirtError } from '../errors.ts';

/** What arrives for an open stream. The bytes are the sink's own. */
export interface StreamSink {
  onData(data: Buffer): void;
  onHole(length: number): void;
  /** The daemon's end of data: an empty CONTINUE. */
  onEnd(): void;
  /** The daemon confirmed our finish (or abort). */
  onFinished(): void;
  onError(error: LibvirtError): void;
}

/** Takes what still comes for a stream that nobody reads, until the daemon has confirmed its end. */
export class AbandonedStream implements StreamSink {
  readonly #done: () => void;

  constructor(done: () => void) {
    this.#done = done;
  }

  onData(): void {
    // nobody reads it any more
  }

  onHole(): void {
    // nobody reads it any more
  }

  onEnd(): void {
    // nobody reads it any more
  }

  onFinished(): void {
    this.#done();
  }

  onError(): void {
    this.#done();
  }
}

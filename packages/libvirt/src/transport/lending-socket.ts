import { Socket, type SocketConstructorOpts } from 'node:net';
import type { DuplexOptions } from 'node:stream';

/** What one read takes at most. */
const READ_BYTES = 64 * 1024;

/** What may wait to be written before a writer waits: some packets of a stream, so that the daemon seldom waits for one. */
export const WRITE_BYTES = 1024 * 1024;

/** One for all sockets: what was read is taken before anything else is read. Only Windows reads ahead, into each its own. */
const common = process.platform === 'win32' ? undefined : Buffer.allocUnsafeSlow(READ_BYTES);

/** Bytes from 0 to `end` are lent: they are overwritten when this has returned. */
type Taker = (bytes: Buffer, end: number) => void;

/** Who takes the bytes; `place` tells where the next ones are wanted, undefined: anywhere. */
interface Lease {
  take: Taker | undefined;
  place: (() => Buffer | undefined) | undefined;
}

/**
 * A socket that reads into one buffer again and again, instead of a new one for each read, or at once to where the bytes shall
 * be: large replies cost half. Nothing is read until `lend()`; there are no 'data' events.
 */
export class LendingSocket extends Socket {
  readonly #lease: Lease;

  constructor() {
    const lease: Lease = { take: undefined, place: undefined };
    const buffer = common ?? Buffer.allocUnsafeSlow(READ_BYTES);
    const options: SocketConstructorOpts & DuplexOptions = {
      writableHighWaterMark: WRITE_BYTES,
      onread: {
        buffer: () => lease.place?.() ?? buffer,
        callback: (length, bytes) => {
          lease.take?.(bytes as Buffer, length);
          return true;
        },
      },
    };
    super(options);
    this.#lease = lease;
    this.pause();
  }

  /** Hands out all that comes from now on. What was read to a place of `place` is handed out as that very buffer. */
  lend(take: Taker, place: () => Buffer | undefined): void {
    this.#lease.take = take;
    this.#lease.place = place;
    this.resume();
  }
}

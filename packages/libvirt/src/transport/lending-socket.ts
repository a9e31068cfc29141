import { Socket } from 'node:net';

/** What one read takes at most. */
const READ_BYTES = 64 * 1024;

/** One for all sockets: what was read is taken before anything else is read. Only Windows reads ahead, into each its own. */
const common = process.platform === 'win32' ? undefined : Buffer.allocUnsafeSlow(READ_BYTES);

/** Bytes from 0 to `end` are lent: they are overwritten when this has returned. */
type Taker = (bytes: Buffer, end: number) => void;

interface Lease {
  take: Taker | undefined;
}

/**
 * A socket that reads into one buffer again and again, instead of a new one for each read: large replies cost half. Nothing
 * is read until `lend()`; there are no 'data' events.
 */
export class LendingSocket extends Socket {
  readonly #lease: Lease;

  constructor() {
    const lease: Lease = { take: undefined };
    const buffer = common ?? Buffer.allocUnsafeSlow(READ_BYTES);
    super({
      onread: {
        buffer,
        callback: (length) => {
          lease.take?.(buffer, length);
          return true;
        },
      },
    });
    this.#lease = lease;
    this.pause();
  }

  /** Hands out all that comes from now on. */
  lend(take: Taker): void {
    this.#lease.take = take;
    this.resume();
  }
}

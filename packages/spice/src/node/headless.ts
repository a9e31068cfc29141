import type { JpegDecoder } from '../codecs/jpeg-decoder.ts';
import { type SessionEvents, SpiceSession } from '../session.ts';
import { SpiceError } from '../wire/error.ts';
import type { ImageCompression } from '../wire/protocol.ts';
import { connectSocket, type ServerAddress } from './transport.ts';

export interface HeadlessOptions {
  address: ServerAddress;
  /** The SPICE password; empty where ticketing is off. */
  password?: string;
  events?: Partial<SessionEvents>;
  jpeg?: JpegDecoder;
  /** Asks the server for one way of compressing images; its own setting unless told. */
  imageCompression?: ImageCompression;
  signal?: AbortSignal;
}

/** A picture of a screen: R, G, B, A bytes, rows top down without padding. */
export interface Screenshot {
  width: number;
  height: number;
  rgba: Uint8Array;
}

/** A SPICE client without a screen, for automation and tests: connect, wait until the picture rests, look, type. */
export class HeadlessClient {
  readonly session: SpiceSession;
  #lastChange: () => number;

  private constructor(session: SpiceSession, lastChange: () => number) {
    this.session = session;
    this.#lastChange = lastChange;
  }

  /** @throws SpiceError link | auth | timeout | aborted | closed | transport */
  static async connect({
    address,
    password,
    events = {},
    jpeg,
    imageCompression,
    signal,
  }: HeadlessOptions): Promise<HeadlessClient> {
    let lastChange = performance.now();
    const session = await SpiceSession.connect({
      openChannel: async () => ({ transport: await connectSocket(address), password }),
      events: {
        ...events,
        drawn: (display, area) => {
          lastChange = performance.now();
          events.drawn?.(display, area);
        },
        resized: (display, width, height) => {
          lastChange = performance.now();
          events.resized?.(display, width, height);
        },
      },
      jpeg,
      imageCompression,
      signal,
    });
    return new HeadlessClient(session, () => lastChange);
  }

  /**
   * Resolves when there is a screen and nothing was drawn on it for `quietMs`.
   * @throws SpiceError timeout after `timeoutMs`
   */
  async untilQuiet(quietMs = 500, timeoutMs = 30_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const now = performance.now();
      const rest = this.#lastChange() + quietMs - now;
      if (rest <= 0 && this.session.display?.primary) return;
      if (now >= deadline) throw new SpiceError('timeout', `the screen did not rest within ${timeoutMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, Math.min(Math.max(rest, 20), deadline - now)));
    }
  }

  /** The screen as it is now; of the first display unless told. @throws SpiceError closed when there is none */
  screenshot(displayId?: number): Screenshot {
    const { session } = this;
    const display = displayId === undefined ? session.display : session.displays.get(displayId);
    const screen = display?.primary;
    if (!screen) throw new SpiceError('closed', 'there is no screen');
    const { width, height } = screen;
    return { width, height, rgba: new Uint8Array(screen.pixels.buffer.slice(0)) };
  }

  close(): void {
    this.session.close();
  }
}

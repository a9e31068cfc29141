import { type Channel, type ChannelOwner, channelNumber } from './channels/channel.ts';
import { CursorChannel, type CursorEvents } from './channels/cursor.ts';
import { DisplayChannel, type DisplayEvents, newDisplayShared } from './channels/display.ts';
import { InputsChannel, type InputsEvents } from './channels/inputs.ts';
import { type ChannelId, MainChannel, type MainEvents } from './channels/main.ts';
import { decodeJpeg } from './codecs/jpeg.ts';
import type { JpegDecoder } from './codecs/jpeg-decoder.ts';
import { deadline } from './wire/deadline.ts';
import { asSpiceError, SpiceError } from './wire/error.ts';
import type { AbortSignalLike } from './wire/host.ts';
import type { ChannelType, ImageCompression } from './wire/protocol.ts';
import type { Transport } from './wire/transport.ts';

/** A way to one channel, and what to show at its door. */
export interface ChannelAccess {
  transport: Transport;
  /** The SPICE password; empty where ticketing is off. */
  password?: string | undefined;
}

/** Everything a session tells; all optional. Handlers run synchronously and must not throw. */
export interface SessionEvents
  extends DisplayEvents,
    CursorEvents,
    InputsEvents,
    Omit<MainEvents, 'started' | 'channels'> {
  /** The session is over. `reason` is undefined after `close`. Called exactly once after a successful connect. */
  disconnected(reason: SpiceError | undefined): void;
}

export interface SessionOptions {
  /** Opens a byte stream to one channel; called for main first, then for each channel wanted. */
  openChannel(type: ChannelType, id: number): Promise<ChannelAccess>;
  events?: Partial<SessionEvents>;
  jpeg?: JpegDecoder | undefined;
  /** Asks the server for one way of compressing images; its own setting unless told. */
  imageCompression?: ImageCompression | undefined;
  /** For opening and for linking each channel; 15 s unless told. */
  linkTimeoutMs?: number;
  signal?: AbortSignalLike | undefined;
}

const LINK_TIMEOUT_MS = 15_000;

interface Waiter {
  serial: bigint;
  resolve(): void;
}

/** One SPICE session: the main channel and the display, inputs and cursor channels that the server offers. */
export class SpiceSession {
  readonly main: MainChannel;
  readonly displays = new Map<number, DisplayChannel>();
  inputs: InputsChannel | undefined;
  cursor: CursorChannel | undefined;
  readonly #options: SessionOptions;
  readonly #events: SessionEvents;
  readonly #owner: ChannelOwner;
  readonly #channels: Channel[] = [];
  readonly #shared = newDisplayShared();
  readonly #waiters = new Map<Channel, Waiter[]>();
  readonly #offered: Promise<readonly ChannelId[]>;
  #offer: (channels: readonly ChannelId[]) => void = () => undefined;
  #refuse: (error: SpiceError) => void = () => undefined;
  #sessionId = 0;
  #failure: SpiceError | undefined;
  #state: 'connecting' | 'connected' | 'over' = 'connecting';

  /**
   * Resolves when every offered channel of a known kind is linked.
   * @throws SpiceError link | auth | timeout | aborted | closed | transport
   */
  static async connect(options: SessionOptions): Promise<SpiceSession> {
    const session = new SpiceSession(options);
    try {
      await session.#connect();
    } catch (thrown) {
      // What ended the session first says more than what it then did to this wait.
      const error = session.#failure ?? asSpiceError(thrown, 'transport');
      session.#finish(error);
      throw error;
    }
    return session;
  }

  private constructor(options: SessionOptions) {
    this.#options = options;
    this.#events = { ...SILENT, ...options.events };
    this.#owner = {
      processed: (type, id, serial) => this.#processed(type, id, serial),
      progressed: (channel) => this.#progressed(channel),
      ended: (_channel, error) => this.#finish(error),
    };
    this.#offered = new Promise((resolve, reject) => {
      this.#offer = resolve;
      this.#refuse = reject;
    });
    this.#offered.catch(() => undefined);
    this.main = new MainChannel(this.#owner, {
      ...this.#events,
      started: (sessionId) => {
        this.#sessionId = sessionId;
      },
      channels: (offered) => this.#offer(offered),
    });
  }

  /** The first display with a screen, or the first at all. */
  get display(): DisplayChannel | undefined {
    for (const display of this.displays.values()) if (display.primary) return display;
    return this.displays.values().next().value;
  }

  close(): void {
    this.#finish(undefined);
  }

  async #connect(): Promise<void> {
    await this.#open(this.main);
    const { linkTimeoutMs = LINK_TIMEOUT_MS, signal } = this.#options;
    const offered = await deadline(this.#offered, linkTimeoutMs, 'the list of channels', signal);
    const channels = offered.map((channel) => this.#create(channel)).filter((channel) => channel !== undefined);
    await Promise.all(channels.map((channel) => this.#open(channel)));
    if (this.#state === 'connecting') this.#state = 'connected';
  }

  #create({ type, id }: ChannelId): Channel | undefined {
    switch (type) {
      case 'display': {
        const jpeg = this.#options.jpeg ?? decodeJpeg;
        const { imageCompression: compression } = this.#options;
        const display = new DisplayChannel(id, this.#owner, {
          shared: this.#shared,
          jpeg,
          events: this.#events,
          compression,
        });
        this.displays.set(id, display);
        return display;
      }
      case 'inputs':
        this.inputs = new InputsChannel(id, this.#owner, this.#events);
        return this.inputs;
      case 'cursor':
        // One pointer: that of the first display.
        if (this.cursor) return undefined;
        this.cursor = new CursorChannel(id, this.#owner, this.#events);
        return this.cursor;
      default:
        return undefined;
    }
  }

  async #open(channel: Channel): Promise<void> {
    const { openChannel, linkTimeoutMs: timeoutMs = LINK_TIMEOUT_MS, signal } = this.#options;
    const opening = openChannel(channel.type, channel.id).then((access) => {
      // A transport that comes too late must not stay open.
      if (this.#state !== 'over') return access;
      access.transport.close();
      throw new SpiceError('aborted', 'the session was closed').at(channel.name);
    });
    const { transport, password = '' } = await deadline(opening, timeoutMs, `a way to ${channel.name}`, signal);
    this.#channels.push(channel);
    await channel.open({ transport, password, connectionId: this.#sessionId, timeoutMs, signal });
  }

  #processed(type: number, id: number, serial: bigint): Promise<void> {
    const channel = this.#channels.find((other) => channelNumber(other) === type && other.id === id);
    if (!channel || channel.serial >= serial) return Promise.resolve();
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(channel) ?? [];
      waiters.push({ serial, resolve });
      this.#waiters.set(channel, waiters);
    });
  }

  #progressed(channel: Channel): void {
    if (this.#waiters.size === 0) return;
    const waiters = this.#waiters.get(channel);
    if (!waiters) return;
    const still = waiters.filter(({ serial }) => serial > channel.serial);
    for (const waiter of waiters) if (waiter.serial <= channel.serial) waiter.resolve();
    if (still.length > 0) this.#waiters.set(channel, still);
    else this.#waiters.delete(channel);
  }

  #finish(reason: SpiceError | undefined): void {
    if (this.#state === 'over') return;
    const connected = this.#state === 'connected';
    this.#failure = reason;
    this.#state = 'over';
    for (const channel of this.#channels) channel.close();
    this.#refuse(reason ?? new SpiceError('aborted', 'the session was closed'));
    if (connected) this.#events.disconnected(reason);
  }
}

const SILENT: SessionEvents = {
  disconnected: () => undefined,
  resized: () => undefined,
  drawn: () => undefined,
  blanked: () => undefined,
  heads: () => undefined,
  cursor: () => undefined,
  cursorMoved: () => undefined,
  locks: () => undefined,
  mouseMode: () => undefined,
  named: () => undefined,
  agent: () => undefined,
  guestCopied: () => undefined,
};

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { ByteReader } from '../../wire/byte-reader.ts';
import { ByteWriter } from '../../wire/byte-writer.ts';
import { asSpiceError, type SpiceError } from '../../wire/error.ts';
import {
  CHANNEL_NUMBERS,
  type ChannelType,
  DISPLAY_CAP,
  INPUTS_CAP,
  MAIN_CAP,
  MOUSE_MODE,
  MSG_MAIN,
  MSGC_DISPLAY,
  MSGC_MAIN,
} from '../../wire/protocol.ts';
import { acceptChannel } from './accept.ts';
import type { ServerChannel } from './server-channel.ts';

export interface SpiceServerOptions {
  /** 127.0.0.1 unless told. */
  host?: string;
  /** A free one unless told. */
  port?: number;
  /** The ticket that clients must show; an empty one unless told, as servers without ticketing take it. */
  password?: string;
  /** What clients are offered beside main; one display unless told. */
  channels?: readonly { type: ChannelType; id: number }[];
  /** Whether clients may use the short message header; true unless told. */
  miniHeader?: boolean;
  /** Called for each channel when the client expects it to begin: a display when its DISPLAY_INIT has come. */
  onChannel?: (channel: ServerChannel) => void;
  /** A client that could not be linked, or that sent what is no message. */
  onRefused?: (reason: SpiceError) => void;
}

const CAPABILITIES: Partial<Record<ChannelType, readonly number[]>> = {
  main: [MAIN_CAP.NAME_AND_UUID, MAIN_CAP.AGENT_CONNECTED_TOKENS],
  display: Object.values(DISPLAY_CAP),
  inputs: [INPUTS_CAP.KEY_SCANCODE],
};

/**
 * A SPICE server for tests, demonstrations and benchmarks: links clients, offers channels and answers on main; what the
 * channels show is up to `onChannel`.
 */
export class SpiceServer {
  readonly #options: SpiceServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #lastConnection = 0;

  /** @throws SpiceError transport when the address cannot be had */
  static listen(options: SpiceServerOptions = {}): Promise<SpiceServer> {
    return new Promise((resolve, reject) => {
      const server = new SpiceServer(options);
      server.#server.once('error', (error) => reject(asSpiceError(error, 'transport')));
      server.#server.listen(options.port ?? 0, options.host ?? '127.0.0.1', () => resolve(server));
    });
  }

  private constructor(options: SpiceServerOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    const { password = '', miniHeader = true, onRefused } = this.#options;
    const capabilities = (number: number): readonly number[] => {
      const type = Object.entries(CHANNEL_NUMBERS).find(([, value]) => value === number)?.[0] as
        | ChannelType
        | undefined;
      return (type && CAPABILITIES[type]) ?? [];
    };
    acceptChannel(socket, { password, miniHeader, capabilities }, (channel) => this.#begin(channel)).catch((thrown) => {
      socket.end();
      onRefused?.(asSpiceError(thrown, 'link'));
    });
  }

  #begin(channel: ServerChannel): void {
    const { onChannel } = this.#options;
    if (channel.type === 'main') this.#introduce(channel);
    if (channel.type !== 'display') onChannel?.(channel);
    else {
      channel.onMessage = ({ type }) => {
        if (type === MSGC_DISPLAY.INIT) onChannel?.(channel);
      };
    }
  }

  /** INIT: session, displays, mouse modes, mouse mode, agent, agent tokens, multi-media time, ram hint. */
  #introduce(main: ServerChannel): void {
    const channels = this.#options.channels ?? [{ type: 'display', id: 0 }];
    const displays = channels.filter(({ type }) => type === 'display').length;
    const init = new ByteWriter(32).u32(++this.#lastConnection).u32(displays);
    init
      .u32(MOUSE_MODE.SERVER | MOUSE_MODE.CLIENT)
      .u32(MOUSE_MODE.CLIENT)
      .u32(0)
      .u32(10)
      .u32(0)
      .u32(0);
    main.send(MSG_MAIN.INIT, init.finish());
    main.onMessage = ({ type, body }) => {
      if (type === MSGC_MAIN.ATTACH_CHANNELS) {
        const list = new ByteWriter().u32(channels.length);
        for (const each of channels) list.u8(CHANNEL_NUMBERS[each.type]).u8(each.id);
        main.send(MSG_MAIN.CHANNELS_LIST, list.finish());
      }
      if (type === MSGC_MAIN.MOUSE_MODE_REQUEST) {
        const mode = new ByteReader().reset(body).u16();
        main.send(
          MSG_MAIN.MOUSE_MODE,
          new ByteWriter(4)
            .u16(MOUSE_MODE.SERVER | MOUSE_MODE.CLIENT)
            .u16(mode)
            .finish(),
        );
      }
    };
  }
}

import type { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { SpiceError } from '../wire/error.ts';
import { type ChannelType, channelTypeOf, MAIN_CAP, MOUSE_MODE, MSG_MAIN, MSGC_MAIN } from '../wire/protocol.ts';
import { Agent, type AgentEvents } from './agent.ts';
import { Channel, type ChannelOwner } from './channel.ts';

export interface ChannelId {
  type: ChannelType;
  id: number;
}

export type MouseMode = 'server' | 'client';

export interface MainEvents extends AgentEvents {
  /** The session has its number; other channels may be opened with it. */
  started(sessionId: number): void;
  /** The channels that the server offers; unknown types are left out. */
  channels(offered: readonly ChannelId[]): void;
  /** `server`: the guest wants relative motion; `client`: absolute positions. */
  mouseMode(mode: MouseMode): void;
  /** The name of the virtual machine, where the server tells it. */
  named(name: string): void;
}

/** Agent messages that the agent may send without asking again; spice-gtk grants without limit too. */
const AGENT_TOKENS_GRANTED = 0xffffffff;

/** The main channel: session set-up, mouse mode, and the way to the agent inside the guest. */
export class MainChannel extends Channel {
  protected readonly capabilities = [MAIN_CAP.NAME_AND_UUID, MAIN_CAP.AGENT_CONNECTED_TOKENS];
  readonly agent: Agent;
  readonly #events: MainEvents;

  constructor(owner: ChannelOwner, events: MainEvents) {
    super('main', 0, owner);
    this.#events = events;
    this.agent = new Agent((chunk) => this.send(MSGC_MAIN.AGENT_DATA, chunk), events);
  }

  protected handle(type: number, body: ByteReader): void {
    switch (type) {
      case MSG_MAIN.INIT:
        this.#init(body);
        return;
      case MSG_MAIN.CHANNELS_LIST: {
        const count = body.u32();
        body.need(count * 2);
        const offered: ChannelId[] = [];
        for (let i = 0; i < count; i++) {
          const channel = channelTypeOf(body.u8());
          const id = body.u8();
          if (channel) offered.push({ type: channel, id });
        }
        this.#events.channels(offered);
        return;
      }
      case MSG_MAIN.MOUSE_MODE: {
        const supported = body.u16();
        this.#mouseMode(supported, body.u16());
        return;
      }
      case MSG_MAIN.AGENT_CONNECTED:
        this.#agentConnected(this.agent.tokens);
        return;
      case MSG_MAIN.AGENT_CONNECTED_TOKENS:
        this.#agentConnected(body.u32());
        return;
      case MSG_MAIN.AGENT_DISCONNECTED:
        this.agent.disconnected();
        return;
      case MSG_MAIN.AGENT_DATA:
        this.agent.receive(body.take(body.remaining));
        return;
      case MSG_MAIN.AGENT_TOKEN:
        this.agent.grant(body.u32());
        return;
      case MSG_MAIN.NAME: {
        const length = body.u32();
        this.#events.named(textOf(body.take(length)));
        return;
      }
      case MSG_MAIN.UUID:
      case MSG_MAIN.MULTI_MEDIA_TIME:
        return;
      case MSG_MAIN.MIGRATE_BEGIN:
      case MSG_MAIN.MIGRATE_SWITCH_HOST:
        throw new SpiceError('unsupported', 'migration of the session to another host');
      default:
        throw new SpiceError('unsupported', `main message ${type}`);
    }
  }

  /** session_id, display_channels_hint, supported and current mouse mode, agent_connected, agent_tokens, … (u32) */
  #init(body: ByteReader): void {
    const sessionId = body.u32();
    body.skip(4);
    const supported = body.u32();
    const current = body.u32();
    const agentConnected = body.u32() !== 0;
    const tokens = body.u32();
    this.#events.started(sessionId);
    this.#mouseMode(supported, current);
    this.agent.tokens = tokens;
    if (agentConnected) this.#agentConnected(tokens);
    this.send(MSGC_MAIN.ATTACH_CHANNELS);
  }

  /** Asks for absolute positions wherever the guest can take them. */
  #mouseMode(supported: number, current: number): void {
    this.#events.mouseMode(current === MOUSE_MODE.CLIENT ? 'client' : 'server');
    if (current !== MOUSE_MODE.CLIENT && supported & MOUSE_MODE.CLIENT) {
      this.send(MSGC_MAIN.MOUSE_MODE_REQUEST, new ByteWriter(2).u16(MOUSE_MODE.CLIENT).finish());
    }
  }

  #agentConnected(tokens: number): void {
    this.send(MSGC_MAIN.AGENT_START, new ByteWriter(4).u32(AGENT_TOKENS_GRANTED).finish());
    this.agent.connected(tokens);
  }
}

/** Bytes of a NUL-terminated name; anything beyond ASCII is not worth a decoder. */
function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return String.fromCharCode(...bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, 256)));
}

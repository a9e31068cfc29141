import { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { SpiceError } from '../wire/error.ts';
import { host } from '../wire/host.ts';
import { capabilityWords, hasCapability } from '../wire/protocol.ts';

/**
 * The agent inside the guest (spice-vdagent), reached through the main channel. Messages of any size,
 *
 *   protocol u32 = 1, type u32, opaque u64, size u32, data
 *
 * are cut into chunks of at most 2048 bytes; each chunk sent costs a token that the server gives back.
 * Source: spice/vd_agent.h.
 */
const CHUNK_BYTES = 2048;
const HEADER_BYTES = 20;
/** Largest message taken from the guest; its clipboard is at most this. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

const TYPE = {
  MONITORS_CONFIG: 2,
  CLIPBOARD: 4,
  ANNOUNCE_CAPABILITIES: 6,
  CLIPBOARD_GRAB: 7,
  CLIPBOARD_REQUEST: 8,
  CLIPBOARD_RELEASE: 9,
} as const;

const CAP = {
  MONITORS_CONFIG: 1,
  REPLY: 2,
  CLIPBOARD_BY_DEMAND: 5,
  CLIPBOARD_SELECTION: 6,
  SPARSE_MONITORS_CONFIG: 7,
  GUEST_LINEEND_CRLF: 9,
  MONITORS_CONFIG_POSITION: 12,
} as const;

const CLIPBOARD_NONE = 0;
const CLIPBOARD_UTF8_TEXT = 1;
const SELECTION_CLIPBOARD = 0;

export interface AgentEvents {
  /** The agent is ready for clipboard and monitors, or no longer there. */
  agent(connected: boolean): void;
  /** Text was copied in the guest. */
  guestCopied(text: string): void;
}

/** Size and place of one monitor, in pixels. */
export interface Monitor {
  width: number;
  height: number;
  x?: number;
  y?: number;
}

export class Agent {
  /** Chunks that may be sent now. */
  tokens = 0;
  readonly #sendChunk: (chunk: Uint8Array) => void;
  readonly #events: AgentEvents;
  readonly #queue: Uint8Array[] = [];
  #ready = false;
  #capabilities: readonly number[] = [];
  #offered: string | undefined;
  // The message being received: its header until 20 bytes are there, then its data.
  #header = new Uint8Array(HEADER_BYTES);
  #headerBytes = 0;
  #type = 0;
  #size = 0;
  #data = new Uint8Array(0);
  #dataBytes = 0;

  constructor(sendChunk: (chunk: Uint8Array) => void, events: AgentEvents) {
    this.#sendChunk = sendChunk;
    this.#events = events;
  }

  /** Whether the agent has announced itself. */
  get ready(): boolean {
    return this.#ready;
  }

  connected(tokens: number): void {
    this.#reset();
    this.tokens = tokens;
    this.#announce(true);
  }

  disconnected(): void {
    this.#reset();
    this.#events.agent(false);
  }

  grant(tokens: number): void {
    this.tokens += tokens;
    this.#flush();
  }

  /** Asks the guest to arrange its monitors; without an agent nothing happens. Returns whether it was sent. */
  configureMonitors(monitors: readonly Monitor[]): boolean {
    if (!this.#has(CAP.MONITORS_CONFIG)) return false;
    const USE_POSITIONS = 1;
    const body = new ByteWriter(8 + 20 * monitors.length).u32(monitors.length).u32(USE_POSITIONS);
    for (const { width, height, x = 0, y = 0 } of monitors) body.u32(height).u32(width).u32(32).u32(x).u32(y);
    this.#send(TYPE.MONITORS_CONFIG, body.finish());
    return true;
  }

  /** Offers text as the clipboard of this side; the guest fetches it when somebody pastes. */
  offerText(text: string): boolean {
    if (!this.#has(CAP.CLIPBOARD_BY_DEMAND)) return false;
    this.#offered = text;
    this.#send(TYPE.CLIPBOARD_GRAB, this.#clipboardBody().u32(CLIPBOARD_UTF8_TEXT).finish());
    return true;
  }

  /** Takes a chunk of any size. @throws SpiceError malformed | limit */
  receive(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#headerBytes < HEADER_BYTES) {
        const part = chunk.subarray(at, at + HEADER_BYTES - this.#headerBytes);
        this.#header.set(part, this.#headerBytes);
        this.#headerBytes += part.length;
        at += part.length;
        if (this.#headerBytes < HEADER_BYTES) return;
        this.#begin();
      }
      const part = chunk.subarray(at, at + this.#size - this.#dataBytes);
      this.#append(part);
      at += part.length;
      if (this.#dataBytes < this.#size) continue;
      this.#headerBytes = 0;
      this.#message(new ByteReader().reset(this.#data, 0, this.#size));
    }
  }

  #begin(): void {
    const header = new ByteReader().reset(this.#header);
    const protocol = header.u32();
    if (protocol !== 1) throw new SpiceError('malformed', `agent protocol ${protocol}`);
    this.#type = header.u32();
    header.skip(8);
    this.#size = header.u32();
    if (this.#size > MAX_MESSAGE_BYTES) throw new SpiceError('limit', `an agent message of ${this.#size} bytes`);
    this.#dataBytes = 0;
  }

  #append(part: Uint8Array): void {
    const total = this.#dataBytes + part.length;
    if (total > this.#data.length) {
      const grown = new Uint8Array(Math.max(total, this.#data.length * 2, CHUNK_BYTES));
      grown.set(this.#data.subarray(0, this.#dataBytes));
      this.#data = grown;
    }
    this.#data.set(part, this.#dataBytes);
    this.#dataBytes = total;
  }

  #message(body: ByteReader): void {
    switch (this.#type) {
      case TYPE.ANNOUNCE_CAPABILITIES: {
        const request = body.u32();
        this.#capabilities = Array.from({ length: body.remaining >> 2 }, () => body.u32());
        if (request !== 0) this.#announce(false);
        const first = !this.#ready;
        this.#ready = true;
        if (first) this.#events.agent(true);
        return;
      }
      case TYPE.CLIPBOARD_GRAB: {
        if (!this.#ours(body)) return;
        this.#offered = undefined;
        const types = Array.from({ length: body.remaining >> 2 }, () => body.u32());
        if (!types.includes(CLIPBOARD_UTF8_TEXT)) return;
        this.#send(TYPE.CLIPBOARD_REQUEST, this.#clipboardBody().u32(CLIPBOARD_UTF8_TEXT).finish());
        return;
      }
      case TYPE.CLIPBOARD_REQUEST: {
        if (!this.#ours(body)) return;
        this.#answerRequest(body.u32());
        return;
      }
      case TYPE.CLIPBOARD: {
        if (!this.#ours(body) || body.u32() !== CLIPBOARD_UTF8_TEXT) return;
        const text = new host.TextDecoder('utf-8', { fatal: false }).decode(body.take(body.remaining));
        this.#events.guestCopied(text.replaceAll('\r\n', '\n'));
        return;
      }
      default:
        // Replies, releases and what newer agents may say.
        return;
    }
  }

  #answerRequest(type: number): void {
    const text = this.#offered;
    if (type !== CLIPBOARD_UTF8_TEXT || text === undefined) {
      this.#send(TYPE.CLIPBOARD, this.#clipboardBody().u32(CLIPBOARD_NONE).finish());
      return;
    }
    const lines = this.#has(CAP.GUEST_LINEEND_CRLF) ? text.replaceAll(/\r?\n/g, '\r\n') : text;
    const bytes = new host.TextEncoder().encode(lines);
    this.#send(TYPE.CLIPBOARD, this.#clipboardBody().u32(CLIPBOARD_UTF8_TEXT).put(bytes).finish());
  }

  /** Clipboard messages begin with the selection (u8 and 3 of padding) where both sides know selections. */
  #clipboardBody(): ByteWriter {
    const body = new ByteWriter();
    return this.#has(CAP.CLIPBOARD_SELECTION) ? body.u32(SELECTION_CLIPBOARD) : body;
  }

  #ours(body: ByteReader): boolean {
    if (!this.#has(CAP.CLIPBOARD_SELECTION)) return true;
    const selection = body.u8();
    body.skip(3);
    return selection === SELECTION_CLIPBOARD;
  }

  #has(capability: number): boolean {
    return this.#ready && hasCapability(this.#capabilities, capability);
  }

  #announce(request: boolean): void {
    const words = capabilityWords([
      CAP.MONITORS_CONFIG,
      CAP.REPLY,
      CAP.CLIPBOARD_BY_DEMAND,
      CAP.CLIPBOARD_SELECTION,
      CAP.SPARSE_MONITORS_CONFIG,
      CAP.MONITORS_CONFIG_POSITION,
    ]);
    const body = new ByteWriter().u32(request ? 1 : 0);
    for (const word of words) body.u32(word);
    this.#send(TYPE.ANNOUNCE_CAPABILITIES, body.finish());
  }

  #send(type: number, data: Uint8Array): void {
    const header = new ByteWriter(HEADER_BYTES + data.length);
    const message = header.u32(1).u32(type).u64(0n).u32(data.length).put(data).finish();
    for (let at = 0; at < message.length; at += CHUNK_BYTES) this.#queue.push(message.subarray(at, at + CHUNK_BYTES));
    this.#flush();
  }

  #flush(): void {
    while (this.tokens > 0) {
      const chunk = this.#queue.shift();
      if (!chunk) return;
      this.tokens--;
      this.#sendChunk(chunk);
    }
  }

  #reset(): void {
    this.#queue.length = 0;
    this.#ready = false;
    this.#capabilities = [];
    this.#offered = undefined;
    this.#headerBytes = 0;
  }
}

import type { ByteReader } from '../wire/byte-reader.ts';
import { SpiceError } from '../wire/error.ts';
import { MSG_CURSOR } from '../wire/protocol.ts';
import { Channel, type ChannelOwner } from './channel.ts';
import { type CursorShape, decodeCursor } from './cursor-shapes.ts';

const FLAG = { NONE: 1, CACHE_ME: 2, FROM_CACHE: 4 } as const;
/** Cursors kept; servers cache 256. */
const MAX_CACHED = 1024;

export interface CursorEvents {
  /** The pointer's picture; undefined hides it. */
  cursor(shape: CursorShape | undefined): void;
  /** The guest moved the pointer itself (mouse mode `server`). */
  cursorMoved(x: number, y: number): void;
}

/** The cursor channel: what the pointer looks like and, in mouse mode `server`, where it is. */
export class CursorChannel extends Channel {
  protected readonly capabilities = [];
  readonly #cache = new Map<bigint, CursorShape>();
  readonly #events: CursorEvents;

  constructor(id: number, owner: ChannelOwner, events: CursorEvents) {
    super('cursor', id, owner);
    this.#events = events;
  }

  protected handle(type: number, body: ByteReader): void {
    switch (type) {
      case MSG_CURSOR.INIT:
        this.#cache.clear();
        this.#set(body, 4);
        return;
      case MSG_CURSOR.SET:
        this.#set(body, 0);
        return;
      case MSG_CURSOR.MOVE: {
        const x = body.i16();
        this.#events.cursorMoved(x, body.i16());
        return;
      }
      case MSG_CURSOR.RESET:
        this.#cache.clear();
        this.#events.cursor(undefined);
        return;
      case MSG_CURSOR.HIDE:
        this.#events.cursor(undefined);
        return;
      case MSG_CURSOR.TRAIL:
        return;
      case MSG_CURSOR.INVAL_ONE:
        this.#cache.delete(body.u64());
        return;
      case MSG_CURSOR.INVAL_ALL:
        this.#cache.clear();
        return;
      default:
        throw new SpiceError('unsupported', `cursor message ${type}`);
    }
  }

  /** position (i16 twice), on INIT the trail (u16 twice), visible u8, flags u16, unless NONE header and data. */
  #set(body: ByteReader, trailBytes: number): void {
    const x = body.i16();
    const y = body.i16();
    body.skip(trailBytes);
    const visible = body.u8() !== 0;
    const shape = this.#shape(body);
    this.#events.cursor(visible ? shape : undefined);
    this.#events.cursorMoved(x, y);
  }

  /** unique u64, type u8, width u16, height u16, hot spot u16 twice, data */
  #shape(body: ByteReader): CursorShape | undefined {
    const flags = body.u16();
    if (flags & FLAG.NONE) return undefined;
    const unique = body.u64();
    const type = body.u8();
    const [width, height, hotX, hotY] = [body.u16(), body.u16(), body.u16(), body.u16()];
    if (flags & FLAG.FROM_CACHE) {
      const cached = this.#cache.get(unique);
      if (!cached) throw new SpiceError('malformed', `cursor ${unique} is not cached`);
      return cached;
    }
    const shape = decodeCursor(type, width, height, hotX, hotY, body.take(body.remaining));
    if (flags & FLAG.CACHE_ME) {
      if (this.#cache.size >= MAX_CACHED) throw new SpiceError('limit', `more than ${MAX_CACHED} cursors`);
      this.#cache.set(unique, shape);
    }
    return shape;
  }
}

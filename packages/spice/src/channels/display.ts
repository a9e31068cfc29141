import { GlzDictionary } from '../codecs/glz-dictionary.ts';
import type { JpegDecoder } from '../codecs/jpeg-decoder.ts';
import { boundsOf } from '../draw/pixel-map.ts';
import { clipBox, type Rect, union } from '../draw/rect.ts';
import { Surface } from '../draw/surface.ts';
import type { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { deadline } from '../wire/deadline.ts';
import { SpiceError } from '../wire/error.ts';
import {
  DISPLAY_CAP,
  hasCapability,
  IMAGE_COMPRESSION,
  type ImageCompression,
  MSG_DISPLAY,
  MSGC_DISPLAY,
} from '../wire/protocol.ts';
import { Channel, type ChannelOwner } from './channel.ts';
import { drawMessage } from './display-draw.ts';
import { ImageStore, type Soon } from './image-store.ts';
import { PixmapCache } from './pixmap-cache.ts';
import { Streams } from './streams.ts';

/** Pixels of the image cache and of the GLZ dictionary that the server may count on. */
const CACHE_PIXELS = 20 * 1024 * 1024;
const GLZ_WINDOW_PIXELS = 16 * 1024 * 1024;
/** All surfaces of one display channel together. */
const MAX_SURFACE_PIXELS = 128 * 1024 * 1024;
const MAX_SURFACES = 16 * 1024;
/** How long an image waits for one that another display channel brings. */
const GLZ_PATIENCE_MS = 10_000;

const PRIMARY_FLAG = 1;

/** One monitor of a display channel: a part of a surface. */
export interface Head {
  id: number;
  surface: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface DisplayEvents {
  /** The screen was created or changed its size; its pixels are `display.primary`. */
  resized(display: DisplayChannel, width: number, height: number): void;
  /** Pixels of the screen changed. */
  drawn(display: DisplayChannel, area: Rect): void;
  /** The screen went away: the guest switches modes or is resetting. */
  blanked(display: DisplayChannel): void;
  heads(display: DisplayChannel, heads: readonly Head[]): void;
}

/** What all display channels of a session share. */
export interface DisplayShared {
  cache: PixmapCache;
  dictionary: GlzDictionary;
}

export function newDisplayShared(): DisplayShared {
  return { cache: new PixmapCache(CACHE_PIXELS), dictionary: new GlzDictionary(GLZ_WINDOW_PIXELS) };
}

export interface DisplayOptions {
  shared: DisplayShared;
  jpeg: JpegDecoder;
  events: DisplayEvents;
  /** Asks for another compression than the server's own choice. */
  compression?: ImageCompression | undefined;
}

/** The display channel: surfaces, images and video, drawn into memory. */
export class DisplayChannel extends Channel {
  protected readonly capabilities = [
    DISPLAY_CAP.SIZED_STREAM,
    DISPLAY_CAP.MONITORS_CONFIG,
    DISPLAY_CAP.COMPOSITE,
    DISPLAY_CAP.A8_SURFACE,
    DISPLAY_CAP.LZ4_COMPRESSION,
    DISPLAY_CAP.PREF_COMPRESSION,
    DISPLAY_CAP.MULTI_CODEC,
    DISPLAY_CAP.CODEC_MJPEG,
  ];
  readonly #surfaces = new Map<number, Surface>();
  readonly #images: ImageStore;
  readonly #streams: Streams;
  readonly #shared: DisplayShared;
  readonly #events: DisplayEvents;
  readonly #compression: ImageCompression | undefined;
  #surfacePixels = 0;
  #primary: number | undefined;

  constructor(id: number, owner: ChannelOwner, { shared, jpeg, events, compression }: DisplayOptions) {
    super('display', id, owner);
    this.#shared = shared;
    this.#events = events;
    this.#compression = compression;
    this.#images = new ImageStore({
      ...shared,
      jpeg,
      surface: (surface) => this.surface(surface),
      patience: (work) => deadline(work, GLZ_PATIENCE_MS, 'a GLZ image of another display'),
    });
    this.#streams = new Streams(jpeg, {
      surface: (surface) => this.surface(surface),
      drawn: (surface, region) => this.#drawn(surface, region),
    });
  }

  /** The screen, if there is one. */
  get primary(): Surface | undefined {
    return this.#primary === undefined ? undefined : this.#surfaces.get(this.#primary);
  }

  /** How many images and video frames came, by their form: what the server's compression really does. */
  get imageCounts(): ReadonlyMap<string, number> {
    return this.#images.counts;
  }

  /** How many areas of the screen the server sends as video at this moment. */
  get streamCount(): number {
    return this.#streams.count;
  }

  /** @throws SpiceError malformed when the server never created it */
  surface(id: number): Surface {
    const surface = this.#surfaces.get(id);
    if (!surface) throw new SpiceError('malformed', `surface ${id} does not exist`);
    return surface;
  }

  protected override opened(): void {
    const init = new ByteWriter(14);
    init.u8(1).u64(BigInt(CACHE_PIXELS)).u8(1).u32(GLZ_WINDOW_PIXELS);
    this.send(MSGC_DISPLAY.INIT, init.finish());
    if (this.#compression === undefined || !hasCapability(this.serverCapabilities, DISPLAY_CAP.PREF_COMPRESSION))
      return;
    const wanted = new ByteWriter(1).u8(IMAGE_COMPRESSION[this.#compression]);
    this.send(MSGC_DISPLAY.PREFERRED_COMPRESSION, wanted.finish());
  }

  protected handle(type: number, body: ByteReader): Soon<void> {
    switch (type) {
      case MSG_DISPLAY.MODE: {
        const width = body.u32();
        const height = body.u32();
        const bits = body.u32();
        this.#create(0, width, height, bits === 16 ? 16 : 32, true);
        return;
      }
      case MSG_DISPLAY.MARK:
        return;
      case MSG_DISPLAY.RESET: {
        const { primary } = this;
        primary?.pixels.fill(primary.force);
        this.#images.forgetPalettes();
        this.#streams.clear();
        if (primary && this.#primary !== undefined) this.#drawn(this.#primary, [boundsOf(primary)]);
        return;
      }
      case MSG_DISPLAY.INVAL_LIST:
        for (let count = body.u16(); count > 0; count--) {
          const resource = body.u8();
          const id = body.u64();
          if (resource === 1) this.#shared.cache.remove(id);
        }
        return;
      case MSG_DISPLAY.INVAL_ALL_PIXMAPS:
        return this.waitForChannels(body).then(() => this.#shared.cache.clear());
      case MSG_DISPLAY.INVAL_PALETTE:
        this.#images.forgetPalette(body.u64());
        return;
      case MSG_DISPLAY.INVAL_ALL_PALETTES:
        this.#images.forgetPalettes();
        return;
      case MSG_DISPLAY.STREAM_CREATE:
        this.#streams.create(body);
        return;
      case MSG_DISPLAY.STREAM_DATA:
        this.#images.count('video');
        return this.#streams.data(body, false);
      case MSG_DISPLAY.STREAM_DATA_SIZED:
        this.#images.count('sized-video');
        return this.#streams.data(body, true);
      case MSG_DISPLAY.STREAM_CLIP:
        this.#streams.clip(body);
        return;
      case MSG_DISPLAY.STREAM_DESTROY:
        this.#streams.destroy(body);
        return;
      case MSG_DISPLAY.STREAM_DESTROY_ALL:
        this.#streams.clear();
        return;
      case MSG_DISPLAY.SURFACE_CREATE: {
        const id = body.u32();
        const width = body.u32();
        const height = body.u32();
        const format = body.u32();
        this.#create(id, width, height, format, (body.u32() & PRIMARY_FLAG) !== 0);
        return;
      }
      case MSG_DISPLAY.SURFACE_DESTROY:
        this.#destroy(body.u32());
        return;
      case MSG_DISPLAY.MONITORS_CONFIG:
        this.#heads(body);
        return;
      default:
        return drawMessage(type, body, {
          images: this.#images,
          surface: (id) => this.surface(id),
          region: (base) => clipBox(base.box, boundsOf(this.surface(base.surface)), base.clip),
          drawn: (id, region) => this.#drawn(id, region),
        });
    }
  }

  #create(id: number, width: number, height: number, format: number, primary: boolean): void {
    this.#drop(id);
    const pixels = width * height;
    if (this.#surfacePixels + pixels > MAX_SURFACE_PIXELS || this.#surfaces.size >= MAX_SURFACES) {
      throw new SpiceError('limit', `a further surface of ${width} x ${height}`);
    }
    this.#surfaces.set(id, new Surface(width, height, format));
    this.#surfacePixels += pixels;
    if (!primary) return;
    this.#primary = id;
    this.#events.resized(this, width, height);
  }

  #destroy(id: number): void {
    this.#drop(id);
    if (id !== this.#primary) return;
    this.#primary = undefined;
    this.#streams.clear();
    this.#events.blanked(this);
  }

  #drop(id: number): void {
    const surface = this.#surfaces.get(id);
    if (!surface) return;
    this.#surfaces.delete(id);
    this.#surfacePixels -= surface.width * surface.height;
  }

  #drawn(surface: number, region: readonly Rect[]): void {
    const [first] = region;
    if (surface !== this.#primary || !first) return;
    if (region.length <= 8) for (const rect of region) this.#events.drawn(this, rect);
    else this.#events.drawn(this, region.reduce(union, first));
  }

  /** count u16, max_allowed u16, then id, surface, width, height, x, y, flags of each, all u32. */
  #heads(body: ByteReader): void {
    const count = body.u16();
    body.skip(2);
    body.need(count * 28);
    const heads = Array.from({ length: count }, (): Head => {
      const id = body.u32();
      const surface = body.u32();
      const width = body.u32();
      const height = body.u32();
      const x = body.u32();
      const y = body.u32();
      body.skip(4);
      return { id, surface, x, y, width, height };
    });
    this.#events.heads(this, heads);
  }
}

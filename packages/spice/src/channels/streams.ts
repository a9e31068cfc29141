import type { JpegDecoder } from '../codecs/jpeg-decoder.ts';
import { MjpegTables } from '../codecs/mjpeg-tables.ts';
import { putFrame } from '../draw/operations.ts';
import { boundsOf, pixelMapOf } from '../draw/pixel-map.ts';
import { clipBox, type Rect } from '../draw/rect.ts';
import { SCALE_MODE } from '../draw/scale.ts';
import type { Surface } from '../draw/surface.ts';
import type { ByteReader } from '../wire/byte-reader.ts';
import { SpiceError } from '../wire/error.ts';
import { readClip, readRect } from './display-messages.ts';
import { type Soon, whenReady } from './image-store.ts';

/** SPICE_MAX_NUM_STREAMS */
const MAX_STREAMS = 64;
const CODEC_MJPEG = 1;

interface Stream {
  surface: number;
  topDown: boolean;
  dest: Rect;
  clip: Rect[] | undefined;
  tables: MjpegTables;
}

export interface StreamTarget {
  surface(id: number): Surface;
  drawn(surface: number, region: Rect[]): void;
}

/** Video areas: rectangles that the server found to change often and sends as MJPEG frames. */
export class Streams {
  readonly #streams = new Map<number, Stream>();
  readonly #jpeg: JpegDecoder;
  readonly #target: StreamTarget;

  constructor(jpeg: JpegDecoder, target: StreamTarget) {
    this.#jpeg = jpeg;
    this.#target = target;
  }

  /** How many there are now. */
  get count(): number {
    return this.#streams.size;
  }

  /** surface_id, id, flags u8, codec u8, stamp u64, stream size, source size, dest, clip. */
  create(body: ByteReader): void {
    const surface = body.u32();
    const id = body.u32();
    const topDown = (body.u8() & 1) !== 0;
    const codec = body.u8();
    if (id >= MAX_STREAMS) throw new SpiceError('malformed', `stream ${id}`);
    if (codec !== CODEC_MJPEG) throw new SpiceError('unsupported', `video codec ${codec}`);
    body.skip(8 + 16);
    const dest = readRect(body);
    this.#streams.set(id, { surface, topDown, dest, clip: readClip(body), tables: new MjpegTables() });
  }

  /** id u32, multi_media_time u32, for sized data width, height and dest; then size u32 and the frame. */
  data(body: ByteReader, sized: boolean): Soon<void> {
    const id = body.u32();
    body.skip(4);
    const stream = this.#stream(id);
    if (sized) body.skip(8);
    const dest = sized ? readRect(body) : stream.dest;
    const frame = body.take(body.u32());
    return whenReady(this.#jpeg(stream.tables.complete(frame)), (image) => {
      const surface = this.#target.surface(stream.surface);
      const map = pixelMapOf({ ...image, topDown: stream.topDown });
      const region = clipBox(dest, boundsOf(surface), stream.clip);
      putFrame(surface, dest, region, map, SCALE_MODE.NEAREST);
      this.#target.drawn(stream.surface, region);
    });
  }

  /** Servers clip and destroy streams that they never created: ignored. */
  clip(body: ByteReader): void {
    const stream = this.#streams.get(body.u32());
    const clip = readClip(body);
    if (stream) stream.clip = clip;
  }

  destroy(body: ByteReader): void {
    this.#streams.delete(body.u32());
  }

  clear(): void {
    this.#streams.clear();
  }

  #stream(id: number): Stream {
    const stream = this.#streams.get(id);
    if (!stream) throw new SpiceError('malformed', `a frame for stream ${id}, which does not exist`);
    return stream;
  }
}

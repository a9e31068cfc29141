import type { Picture, Transform } from '../draw/composite.ts';
import type { Glyph, GlyphString } from '../draw/glyphs.ts';
import * as draw from '../draw/operations.ts';
import { boundsOf, copyPart, type PixelMap } from '../draw/pixel-map.ts';
import type { Rect } from '../draw/rect.ts';
import { ROP_COPY, ROP_INVERT, ropTable } from '../draw/rop.ts';
import { SCALE_MODE } from '../draw/scale.ts';
import { type Dashes, fixedToPixels, type PathSegment } from '../draw/stroke.ts';
import type { Surface } from '../draw/surface.ts';
import type { ByteReader } from '../wire/byte-reader.ts';
import { SpiceError } from '../wire/error.ts';
import { MSG_DISPLAY } from '../wire/protocol.ts';
import {
  type BrushMessage,
  type DrawBase,
  type ImageMessage,
  readBase,
  readBrush,
  readImagePointer,
  readMask,
  readPointer,
  readRect,
} from './display-messages.ts';
import { type ImageStore, type Soon, whenReady } from './image-store.ts';

/** What a draw message acts upon. */
export interface DrawTarget {
  images: ImageStore;
  /** @throws SpiceError malformed */
  surface(id: number): Surface;
  /** The part of the box that is visible: inside the surface and the clip. */
  region(base: DrawBase): Rect[];
  drawn(surface: number, region: Rect[]): void;
}

/**
 * Reads and performs one draw message. All its images are decoded even when nothing of it is visible, since later
 * messages may refer to them.
 * @throws SpiceError truncated | malformed | limit | unsupported
 */
export function drawMessage(type: number, body: ByteReader, target: DrawTarget): Soon<void> {
  const { images } = target;
  images.next();
  const operation = OPERATIONS[type];
  if (!operation) throw new SpiceError('unsupported', `display message ${type}`);
  const base = readBase(body);
  const surface = target.surface(base.surface);
  const region = target.region(base);
  return whenReady(operation({ body, base, box: base.box, surface, region, images }), () => {
    target.drawn(base.surface, region);
  });
}

interface Context {
  body: ByteReader;
  base: DrawBase;
  box: Rect;
  surface: Surface;
  region: Rect[];
  images: ImageStore;
}

const OPERATIONS: Readonly<Record<number, (context: Context) => Soon<void>>> = {
  [MSG_DISPLAY.COPY_BITS]: copyBits,
  [MSG_DISPLAY.DRAW_FILL]: fill,
  [MSG_DISPLAY.DRAW_OPAQUE]: opaque,
  [MSG_DISPLAY.DRAW_COPY]: copy,
  [MSG_DISPLAY.DRAW_BLEND]: copy,
  [MSG_DISPLAY.DRAW_BLACKNESS]: (context) => flood(context, { kind: 'solid', color: 0 }, ROP_COPY),
  [MSG_DISPLAY.DRAW_WHITENESS]: (context) => flood(context, { kind: 'solid', color: 0xffffffff | 0 }, ROP_COPY),
  [MSG_DISPLAY.DRAW_INVERS]: (context) => flood(context, { kind: 'none' }, ROP_INVERT),
  [MSG_DISPLAY.DRAW_ROP3]: rop3,
  [MSG_DISPLAY.DRAW_STROKE]: stroke,
  [MSG_DISPLAY.DRAW_TEXT]: text,
  [MSG_DISPLAY.DRAW_TRANSPARENT]: transparent,
  [MSG_DISPLAY.DRAW_ALPHA_BLEND]: alphaBlend,
  [MSG_DISPLAY.DRAW_COMPOSITE]: composite,
};

function copyBits({ body, box, surface, region }: Context): void {
  const x = body.i32();
  draw.copyBits(surface, box, region, x, body.i32());
}

/** brush, rop u16, mask */
function fill({ body, box, surface, region, images }: Context): Soon<void> {
  const brush = readBrush(body);
  const table = ropTable(body.u16(), 'brush', 'dest');
  const mask = images.mask(readMask(body), box.left, box.top);
  return whenReady(resolveBrush(images, brush), (resolved) => draw.fill(surface, region, mask, resolved, table));
}

/** mask */
function flood({ body, box, surface, region, images }: Context, brush: draw.Brush, table: number): void {
  draw.fill(surface, region, images.mask(readMask(body), box.left, box.top), brush, table);
}

/** image, source area, rop u16, scale mode u8, mask */
function copy({ body, box, surface, region, images }: Context): Soon<void> {
  const image = readImagePointer(body);
  const area = readRect(body);
  const table = ropTable(body.u16(), 'src', 'dest');
  const scaleMode = body.u8();
  const mask = images.mask(readMask(body), box.left, box.top);
  return whenReady(images.image(image), (map) => {
    draw.copy(surface, box, region, mask, { map, area, scaleMode }, table);
  });
}

/** image, source area, brush, rop u16, scale mode u8, mask */
function opaque({ body, box, surface, region, images }: Context): Soon<void> {
  const image = readImagePointer(body);
  const area = readRect(body);
  const brush = readBrush(body);
  const table = ropTable(body.u16(), 'brush', 'src');
  const scaleMode = body.u8();
  const mask = images.mask(readMask(body), box.left, box.top);
  return withStampAndBrush(images, image, brush, (map, resolved) => {
    draw.opaque(surface, box, region, mask, { map, area, scaleMode }, resolved, table);
  });
}

/** image, source area, brush, rop3 u8, scale mode u8, mask */
function rop3({ body, box, surface, region, images }: Context): Soon<void> {
  const image = readImagePointer(body);
  const area = readRect(body);
  const brush = readBrush(body);
  const table = body.u8();
  const scaleMode = body.u8();
  const mask = images.mask(readMask(body), box.left, box.top);
  return withStampAndBrush(images, image, brush, (map, resolved) => {
    draw.rop3(surface, box, region, mask, { map, area, scaleMode }, resolved, table);
  });
}

/** image, source area, src_color u32, true_color u32 */
function transparent({ body, box, surface, region, images }: Context): Soon<void> {
  const image = readImagePointer(body);
  const area = readRect(body);
  body.skip(4);
  const key = body.u32();
  return whenReady(images.image(image), (map) => {
    draw.transparent(surface, box, region, { map, area, scaleMode: SCALE_MODE.NEAREST }, key);
  });
}

const SRC_SURFACE_HAS_ALPHA = 2;

/** flags u8, alpha u8, image, source area */
function alphaBlend({ body, box, surface, region, images }: Context): Soon<void> {
  const flags = body.u8();
  const alpha = body.u8();
  const image = readImagePointer(body);
  const area = readRect(body);
  return whenReady(images.image(image), (map) => {
    if (alpha === 0) return;
    const opaqueSurface = image.data.kind === 'surface' && !(flags & SRC_SURFACE_HAS_ALPHA);
    const source = opaqueSurface ? withoutAlpha(map) : map;
    draw.alphaBlend(surface, box, region, { map: source, area, scaleMode: SCALE_MODE.NEAREST }, alpha);
  });
}

/** Least bytes of a path's segment and of a glyph. */
const SEGMENT_BYTES = 5;
const GLYPH_BYTES = 20;

/** path pointer, line flags u8, with STYLED segment count u8 and style pointer, brush, fore and back rop u16 */
function stroke({ body, surface, region, images }: Context): Soon<void> {
  const STYLED = 8;
  const START_WITH_GAP = 4;
  const path = readPointer(body, readPath) ?? [];
  const flags = body.u8();
  let dashes: Dashes = { lengths: [], startWithGap: false };
  if (flags & STYLED) {
    const count = body.u8();
    const lengths = readPointer(body, (at) => Array.from({ length: count }, () => fixedToPixels(at.i32()))) ?? [];
    dashes = { lengths, startWithGap: (flags & START_WITH_GAP) !== 0 };
  }
  const brush = readBrush(body);
  const table = ropTable(body.u16(), 'brush', 'dest');
  return whenReady(resolveBrush(images, brush), (resolved) => {
    draw.stroke(surface, region, path, dashes, resolved, table);
  });
}

/** count u32, then segments: flags u8, count u32, points of two 28.4 numbers. */
function readPath(body: ByteReader): PathSegment[] {
  const count = body.u32();
  body.need(count * SEGMENT_BYTES);
  return Array.from({ length: count }, () => {
    const flags = body.u8();
    const points = body.u32();
    body.need(points * 8);
    return { flags, points: Array.from({ length: points }, () => ({ x: body.i32(), y: body.i32() })) };
  });
}

/** string pointer, back area, fore brush, back brush, fore and back rop u16 */
function text({ body, surface, region, images }: Context): Soon<void> {
  const string = readPointer(body, readString);
  if (!string) throw new SpiceError('malformed', 'a text without its string', { offset: body.offset });
  const backArea = readRect(body);
  const fore = readBrush(body);
  const back = readBrush(body);
  return whenReady(resolveBrush(images, fore), (foreBrush) =>
    whenReady(resolveBrush(images, back), (backBrush) => {
      draw.text(surface, region, string, backArea, foreBrush, backBrush);
    }),
  );
}

/** length u16, flags u8 (1, 2 or 4: glyphs of 1, 4 or 8 bits a pixel), then glyphs. */
function readString(body: ByteReader): GlyphString {
  const count = body.u16();
  const flags = body.u8();
  const bits = flags & 1 ? 1 : flags & 2 ? 4 : 8;
  if ((flags & 7) === 0) throw new SpiceError('malformed', `string flags ${flags}`, { offset: body.offset - 1 });
  body.need(count * GLYPH_BYTES);
  const glyphs = Array.from({ length: count }, () => readGlyph(body, bits));
  return { bits, glyphs };
}

/** render position, origin, width u16, height u16, rows */
function readGlyph(body: ByteReader, bits: number): Glyph {
  const renderX = body.i32();
  const renderY = body.i32();
  const x = renderX + body.i32();
  const y = renderY + body.i32();
  const width = body.u16();
  const height = body.u16();
  return { x, y, width, height, data: body.take(((width * bits + 7) >> 3) * height) };
}

/** Bits of the composite flags (SPICE_COMPOSITE_*). */
const COMPOSITE = {
  COMPONENT_ALPHA: 1 << 18,
  HAS_MASK: 1 << 19,
  HAS_SRC_TRANSFORM: 1 << 20,
  HAS_MASK_TRANSFORM: 1 << 21,
  SOURCE_OPAQUE: 1 << 22,
  MASK_OPAQUE: 1 << 23,
  DEST_OPAQUE: 1 << 24,
} as const;

/** flags u32, image, [mask image], [transforms of six u32], source origin, mask origin (i16 each) */
function composite({ body, box, surface, region, images }: Context): Soon<void> {
  const flags = body.u32();
  const source = readImagePointer(body);
  const mask = flags & COMPOSITE.HAS_MASK ? readImagePointer(body) : undefined;
  const sourceTransform = flags & COMPOSITE.HAS_SRC_TRANSFORM ? readTransform(body) : undefined;
  const maskTransform = flags & COMPOSITE.HAS_MASK_TRANSFORM ? readTransform(body) : undefined;
  const sourceAt = { x: body.i16(), y: body.i16() };
  const maskAt = { x: body.i16(), y: body.i16() };
  return whenReady(images.image(source), (sourceMap) =>
    whenReady(mask ? images.image(mask) : undefined, (maskMap) => {
      // Surfaces alone can be declared opaque; for other images the flag has no meaning to any peer.
      const opaque = (image: ImageMessage, map: PixelMap, bit: number): PixelMap =>
        flags & bit && image.data.kind === 'surface' ? withoutAlpha(map) : map;
      const picture = (map: PixelMap, transform: Transform | undefined, filter: number, repeat: number): Picture => ({
        map,
        transform,
        filter,
        repeat,
      });
      draw.composite(
        surface,
        box,
        region,
        flags & 0xff,
        {
          picture: picture(
            opaque(source, sourceMap, COMPOSITE.SOURCE_OPAQUE),
            sourceTransform,
            (flags >> 8) & 7,
            (flags >> 14) & 3,
          ),
          ...sourceAt,
        },
        mask &&
          maskMap && {
            picture: picture(
              opaque(mask, maskMap, COMPOSITE.MASK_OPAQUE),
              maskTransform,
              (flags >> 11) & 7,
              (flags >> 16) & 3,
            ),
            ...maskAt,
          },
        (flags & COMPOSITE.COMPONENT_ALPHA) !== 0,
        (flags & COMPOSITE.DEST_OPAQUE) !== 0,
      );
    }),
  );
}

function readTransform(body: ByteReader): Transform {
  return [body.i32(), body.i32(), body.i32(), body.i32(), body.i32(), body.i32()];
}

function resolveBrush(images: ImageStore, brush: BrushMessage): Soon<draw.Brush> {
  if (brush.kind !== 'pattern') return brush;
  return whenReady(images.image(brush.image), (map) => ({ kind: 'pattern', map, left: brush.x, top: brush.y }));
}

function withStampAndBrush(
  images: ImageStore,
  image: ImageMessage,
  brush: BrushMessage,
  run: (map: PixelMap, brush: draw.Brush) => void,
): Soon<void> {
  return whenReady(images.image(image), (map) =>
    whenReady(resolveBrush(images, brush), (resolved) => run(map, resolved)),
  );
}

/** The same pixels with A at 255. */
function withoutAlpha(map: PixelMap): PixelMap {
  if (!map.alpha) return map;
  const copy = copyPart(map, boundsOf(map));
  copy.pixels.forEach((pixel, i) => {
    copy.pixels[i] = pixel | 0xff000000;
  });
  return { ...copy, alpha: false };
}

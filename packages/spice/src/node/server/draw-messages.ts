import type { Rect } from '../../draw/rect.ts';
import { ByteWriter } from '../../wire/byte-writer.ts';
import { MSG_DISPLAY } from '../../wire/protocol.ts';
import { MessageWriter } from './message-writer.ts';

/**
 * Display messages as a server writes them; what each field means is said where the client reads it
 * (channels/display-draw.ts, channels/display-messages.ts).
 */
export interface DisplayMessage {
  type: number;
  body: Uint8Array;
}

/** An image ready to travel. */
export interface WireImage {
  id: bigint;
  /** SPICE_IMAGE_TYPE_* */
  type: number;
  /** SPICE_IMAGE_FLAGS_*: 1 cache, 2 high bits set, 4 replace in the cache. */
  flags: number;
  width: number;
  height: number;
  /** Writes what follows the descriptor. */
  data: (writer: MessageWriter) => void;
}

export interface DrawHead {
  surface: number;
  box: Rect;
  /** Nothing: the box is the clip. */
  clip?: readonly Rect[] | undefined;
}

export type WireBrush =
  | { kind: 'none' }
  | { kind: 'solid'; color: number }
  | { kind: 'pattern'; image: WireImage; x: number; y: number };

export interface WireMask {
  image: WireImage;
  x: number;
  y: number;
  invert: boolean;
}

/** A part of an image, laid over the box. */
export interface WireStamp {
  image: WireImage;
  area: Rect;
  /** SPICE_IMAGE_SCALE_MODE_*: 0 interpolate, 1 nearest. */
  scaleMode: number;
}

export interface WireGlyph {
  x: number;
  y: number;
  originX: number;
  originY: number;
  width: number;
  height: number;
  data: Uint8Array;
}

export interface WirePath {
  flags: number;
  /** 28.4 fixed point. */
  points: readonly { x: number; y: number }[];
}

function message(type: number, head: DrawHead, write: (writer: MessageWriter) => void): DisplayMessage {
  const writer = new MessageWriter(256).u32(head.surface);
  rect(writer, head.box);
  if (!head.clip) writer.u8(0);
  else {
    writer.u8(1).u32(head.clip.length);
    for (const each of head.clip) rect(writer, each);
  }
  write(writer);
  return { type, body: writer.finish() };
}

function rect(writer: ByteWriter, { top, left, bottom, right }: Rect): void {
  writer.u32(top).u32(left).u32(bottom).u32(right);
}

function imagePointer(writer: MessageWriter, image: WireImage | undefined): void {
  writer.pointer(
    image &&
      ((to) => {
        to.u64(image.id).u8(image.type).u8(image.flags).u32(image.width).u32(image.height);
        image.data(to);
      }),
  );
}

function brush(writer: MessageWriter, what: WireBrush): void {
  if (what.kind === 'none') writer.u8(0);
  else if (what.kind === 'solid') writer.u8(1).u32(what.color);
  else {
    writer.u8(2);
    imagePointer(writer, what.image);
    writer.u32(what.x).u32(what.y);
  }
}

function mask(writer: MessageWriter, what: WireMask | undefined): void {
  writer
    .u8(+(what?.invert ?? false))
    .u32(what?.x ?? 0)
    .u32(what?.y ?? 0);
  imagePointer(writer, what?.image);
}

export function surfaceCreate(
  id: number,
  width: number,
  height: number,
  format: number,
  primary = false,
): DisplayMessage {
  const body = new ByteWriter(20).u32(id).u32(width).u32(height).u32(format).u32(+primary).finish();
  return { type: MSG_DISPLAY.SURFACE_CREATE, body };
}

export const surfaceDestroy = (id: number): DisplayMessage => ({
  type: MSG_DISPLAY.SURFACE_DESTROY,
  body: new ByteWriter(4).u32(id).finish(),
});

export const drawCopyBits = (head: DrawHead, x: number, y: number): DisplayMessage =>
  message(MSG_DISPLAY.COPY_BITS, head, (writer) => void writer.u32(x).u32(y));

export const drawFill = (head: DrawHead, ink: WireBrush, rop: number, stencil?: WireMask): DisplayMessage =>
  message(MSG_DISPLAY.DRAW_FILL, head, (writer) => {
    brush(writer, ink);
    writer.u16(rop);
    mask(writer, stencil);
  });

/** DRAW_BLACKNESS, DRAW_WHITENESS or DRAW_INVERS. */
export const drawFlood = (
  type: 'BLACKNESS' | 'WHITENESS' | 'INVERS',
  head: DrawHead,
  stencil?: WireMask,
): DisplayMessage => message(MSG_DISPLAY[`DRAW_${type}`], head, (writer) => mask(writer, stencil));

/** DRAW_COPY or DRAW_BLEND, which read the same. */
export const drawCopy = (
  type: 'COPY' | 'BLEND',
  head: DrawHead,
  { image, area, scaleMode }: WireStamp,
  rop: number,
  stencil?: WireMask,
): DisplayMessage =>
  message(MSG_DISPLAY[`DRAW_${type}`], head, (writer) => {
    imagePointer(writer, image);
    rect(writer, area);
    writer.u16(rop).u8(scaleMode);
    mask(writer, stencil);
  });

export const drawOpaque = (
  head: DrawHead,
  { image, area, scaleMode }: WireStamp,
  ink: WireBrush,
  rop: number,
  stencil?: WireMask,
): DisplayMessage =>
  message(MSG_DISPLAY.DRAW_OPAQUE, head, (writer) => {
    imagePointer(writer, image);
    rect(writer, area);
    brush(writer, ink);
    writer.u16(rop).u8(scaleMode);
    mask(writer, stencil);
  });

export const drawRop3 = (
  head: DrawHead,
  { image, area, scaleMode }: WireStamp,
  ink: WireBrush,
  rop3: number,
  stencil?: WireMask,
): DisplayMessage =>
  message(MSG_DISPLAY.DRAW_ROP3, head, (writer) => {
    imagePointer(writer, image);
    rect(writer, area);
    brush(writer, ink);
    writer.u8(rop3).u8(scaleMode);
    mask(writer, stencil);
  });

export const drawTransparent = (
  head: DrawHead,
  { image, area }: Omit<WireStamp, 'scaleMode'>,
  key: number,
): DisplayMessage =>
  message(MSG_DISPLAY.DRAW_TRANSPARENT, head, (writer) => {
    imagePointer(writer, image);
    rect(writer, area);
    writer.u32(key).u32(key);
  });

export const drawAlphaBlend = (
  head: DrawHead,
  flags: number,
  alpha: number,
  { image, area }: Omit<WireStamp, 'scaleMode'>,
): DisplayMessage =>
  message(MSG_DISPLAY.DRAW_ALPHA_BLEND, head, (writer) => {
    writer.u8(flags).u8(alpha);
    imagePointer(writer, image);
    rect(writer, area);
  });

export const drawStroke = (
  head: DrawHead,
  path: readonly WirePath[],
  dashes: { lengths: readonly number[]; startWithGap: boolean } | undefined,
  ink: WireBrush,
  rop: number,
): DisplayMessage =>
  message(MSG_DISPLAY.DRAW_STROKE, head, (writer) => {
    writer.pointer((to) => {
      to.u32(path.length);
      for (const { flags, points } of path) {
        to.u8(flags).u32(points.length);
        for (const { x, y } of points) to.u32(x).u32(y);
      }
    });
    writer.u8((dashes ? 8 : 0) | (dashes?.startWithGap ? 4 : 0));
    if (dashes) {
      writer.u8(dashes.lengths.length);
      writer.pointer((to) => dashes.lengths.forEach((length) => void to.u32(length)));
    }
    brush(writer, ink);
    writer.u16(rop).u16(rop);
  });

export const drawText = (
  head: DrawHead,
  { bits, glyphs }: { bits: 1 | 4 | 8; glyphs: readonly WireGlyph[] },
  backArea: Rect,
  fore: WireBrush,
  back: WireBrush,
  rop: number,
): DisplayMessage =>
  message(MSG_DISPLAY.DRAW_TEXT, head, (writer) => {
    writer.pointer((to) => {
      to.u16(glyphs.length).u8(bits === 1 ? 1 : bits === 4 ? 2 : 4);
      for (const { x, y, originX, originY, width, height, data } of glyphs) {
        to.u32(x).u32(y).u32(originX).u32(originY).u16(width).u16(height).put(data);
      }
    });
    rect(writer, backArea);
    brush(writer, fore);
    brush(writer, back);
    writer.u16(rop).u16(rop);
  });

export interface WireComposite {
  /** pixman_op_t */
  operator: number;
  /** The other bits of the flags: filters, repeats, component alpha, opaque sources. */
  flags: number;
  source: WireImage;
  mask?: WireImage | undefined;
  sourceTransform?: readonly number[] | undefined;
  maskTransform?: readonly number[] | undefined;
  sourceAt: { x: number; y: number };
  maskAt: { x: number; y: number };
}

export const drawComposite = (head: DrawHead, what: WireComposite): DisplayMessage =>
  message(MSG_DISPLAY.DRAW_COMPOSITE, head, (writer) => {
    const has = (bit: number, value: unknown): number => (value === undefined ? 0 : 1 << bit);
    const present = has(19, what.mask) | has(20, what.sourceTransform) | has(21, what.maskTransform);
    writer.u32(what.operator | what.flags | present);
    imagePointer(writer, what.source);
    if (what.mask) imagePointer(writer, what.mask);
    for (const value of [...(what.sourceTransform ?? []), ...(what.maskTransform ?? [])]) writer.u32(value);
    writer.u16(what.sourceAt.x).u16(what.sourceAt.y).u16(what.maskAt.x).u16(what.maskAt.y);
  });

import type { Rect } from '../../../draw/rect.ts';
import { SURFACE_FORMAT } from '../../../draw/surface.ts';
import type {
  DisplayMessage,
  DrawHead,
  WireBrush,
  WireGlyph,
  WireImage,
  WireMask,
  WireStamp,
} from '../draw-messages.ts';
import * as draw from '../draw-messages.ts';
import { bitmapImage, fromCache, kept, maskImage, surfaceImage } from '../wire-images.ts';
import type { ImageForm } from './images.ts';
import { randomBits, randomPicture, randomRect } from './pictures.ts';
import type { Random } from './random.ts';

/** What one scene draws with: a place of its own on a surface. */
export interface Scene {
  random: Random;
  surface: number;
  tile: Rect;
  forms: readonly ImageForm[];
  /** What was drawn, in words; operations add to it. */
  words: string[];
  /** How far two right clients may be apart, in a colour of 0 to 255. */
  bound: number;
}

/** spice-gtk computes disjoint and conjoint operators from samples that it does not round to bytes. */
const UNROUNDED_BOUND = 4;

/** Draws one random operation of its kind inside the tile. */
export type Operation = (scene: Scene) => DisplayMessage[];

const width = ({ left, right }: Rect): number => right - left;
const height = ({ top, bottom }: Rect): number => bottom - top;

function headOf({ random, surface, tile, words }: Scene): DrawHead {
  const box = randomRect(random, tile);
  const kind = random.between(0, 3);
  if (kind === 0) return { surface, box };
  const count = kind === 1 ? 1 : random.between(2, 6);
  const clip = Array.from({ length: count }, () => randomRect(random, tile));
  words.push(`clip ${count}`);
  return { surface, box, clip };
}

function maskOf({ random, words }: Scene, box: Rect): WireMask | undefined {
  if (random.chance(0.6)) return undefined;
  const [x, y] = [random.between(0, 9), random.between(0, 9)];
  const [w, h] = [width(box) + x, height(box) + y];
  const invert = random.chance(0.5);
  const [bigEndian, topDown] = [random.chance(0.5), random.chance(0.5)];
  words.push(`mask ${invert ? 'inverted ' : ''}${bigEndian ? 'BE' : 'LE'} ${topDown ? 'down' : 'up'}`);
  return { image: maskImage(randomBits(random, w, h), w, h, bigEndian, topDown), x, y, invert };
}

/** Any form of image but those that others need, which are shown as they are only, and those of alpha alone. */
function imageOf({ random, words, forms }: Scene, w: number, h: number): WireImage {
  const form = random.one(forms.filter(({ isKept, alpha }) => !isKept && alpha !== 'alone'));
  words.push(form.name);
  return form.make(random, w, h);
}

/** An image, of which a part as large as the box is used, or one of another size that is stretched. */
function stampOf(scene: Scene, box: Rect): WireStamp {
  const { random, words } = scene;
  const scaled = random.chance(0.25);
  const [w, h] = scaled ? [random.between(1, 60), random.between(1, 60)] : [width(box), height(box)];
  const [left, top] = [random.between(0, 5), random.between(0, 5)];
  const image = imageOf(scene, left + w + random.between(0, 5), top + h + random.between(0, 5));
  const scaleMode = random.between(0, 1);
  if (scaled) words.push(`scaled ${w}x${h} to ${width(box)}x${height(box)} mode ${scaleMode}`);
  return { image, area: { left, top, right: left + w, bottom: top + h }, scaleMode };
}

/** @param latest where a pattern may begin at most: spice-gtk's ROP3 reads outside of one that begins behind its box */
function brushOf(scene: Scene, latest = { x: scene.tile.left + 30, y: scene.tile.top + 30 }): WireBrush {
  const { random, words } = scene;
  if (random.chance(0.6)) return { kind: 'solid', color: random.bits() & 0xffffff };
  words.push('pattern');
  const image = imageOf(scene, random.between(1, 20), random.between(1, 20));
  return { kind: 'pattern', image, x: latest.x - random.between(0, 39), y: latest.y - random.between(0, 39) };
}

const ROPS = { PUT: 8, OR: 16, AND: 32, XOR: 64, BLACKNESS: 128, WHITENESS: 256, INVERS: 512 } as const;
const INVERS_RES = 1024;

/** @param inverted flags by which this operation's inputs can be inverted */
function ropOf({ random, words }: Scene, inverted: readonly number[]): number {
  const name = random.one(Object.keys(ROPS) as (keyof typeof ROPS)[]);
  let rop: number = ROPS[name];
  for (const flag of [...inverted, INVERS_RES]) if (random.chance(0.25)) rop |= flag;
  words.push(`rop ${name} ${rop}`);
  return rop;
}

const SRC = 1;
const BRUSH = 2;
const DEST = 4;

const fill: Operation = (scene) => {
  const head = headOf(scene);
  return [draw.drawFill(head, brushOf(scene), ropOf(scene, [BRUSH, DEST]), maskOf(scene, head.box))];
};

const opaque: Operation = (scene) => {
  const head = headOf(scene);
  const stamp = stampOf(scene, head.box);
  return [draw.drawOpaque(head, stamp, brushOf(scene), ropOf(scene, [SRC, BRUSH]), maskOf(scene, head.box))];
};

const copy =
  (type: 'COPY' | 'BLEND'): Operation =>
  (scene) => {
    const head = headOf(scene);
    const stamp = stampOf(scene, head.box);
    return [draw.drawCopy(type, head, stamp, ropOf(scene, [SRC, DEST]), maskOf(scene, head.box))];
  };

/** An image as it is: nothing but its decoder decides. */
const plainCopy: Operation = (scene) => {
  const { random, tile, surface, words } = scene;
  const box = randomRect(random, tile);
  const form = random.one(scene.forms);
  words.push(form.name);
  const area = { left: 0, top: 0, right: width(box), bottom: height(box) };
  const image = form.make(random, area.right, area.bottom);
  const put = (what: WireImage, to: Rect): DisplayMessage =>
    draw.drawCopy('COPY', { surface, box: to }, { image: what, area, scaleMode: 0 }, ROPS.PUT);
  if (random.chance(0.7)) return [put(image, box)];
  words.push('kept, then from the cache');
  const [left, top] = [tile.left, tile.top];
  const again = { left, top, right: left + width(box), bottom: top + height(box) };
  return [put(kept(image), box), put(fromCache(image, !form.isLossy && random.chance(0.5)), again)];
};

const flood =
  (type: 'BLACKNESS' | 'WHITENESS' | 'INVERS'): Operation =>
  (scene) => {
    const head = headOf(scene);
    return [draw.drawFlood(type, head, maskOf(scene, head.box))];
  };

/** One that depends on pattern, source and destination: spice-gtk refuses to draw with the 38 others. */
function ternaryTable(random: Random): number {
  for (;;) {
    const table = random.between(0, 255);
    const ignores = (shift: number, half: number): boolean => (((table >> shift) ^ table) & half) === 0;
    if (!ignores(4, 0x0f) && !ignores(2, 0x33) && !ignores(1, 0x55)) return table;
  }
}

const rop3: Operation = (scene) => {
  const head = headOf(scene);
  const table = ternaryTable(scene.random);
  scene.words.push(`rop3 ${table}`);
  const stamp = stampOf(scene, head.box);
  const brush = brushOf(scene, { x: head.box.left, y: head.box.top });
  return [draw.drawRop3(head, stamp, brush, table, maskOf(scene, head.box))];
};

const transparent: Operation = (scene) => {
  const head = headOf(scene);
  const { random } = scene;
  const [w, h] = [width(head.box), height(head.box)];
  const picture = randomPicture(random, w, h);
  const pixel = picture.pixels[random.between(0, w * h - 1)]!;
  const key = ((pixel & 255) << 16) | (pixel & 0xff00) | ((pixel >> 16) & 255);
  const image = bitmapImage(picture, random.one(['32BIT', '24BIT']), random.chance(0.5));
  return [draw.drawTransparent(head, { image, area: { left: 0, top: 0, right: w, bottom: h } }, key)];
};

const alphaBlend: Operation = (scene) => {
  const head = headOf(scene);
  const { random, words } = scene;
  const alpha = random.one([0, 255, random.between(1, 254)]);
  words.push(`alpha ${alpha}`);
  return [draw.drawAlphaBlend(head, 0, alpha, stampOf(scene, head.box))];
};

const copyBits: Operation = (scene) => {
  const { random, tile, surface } = scene;
  const source = randomRect(random, tile);
  const left = random.between(tile.left, tile.right - width(source));
  const top = random.between(tile.top, tile.bottom - height(source));
  const box = { left, top, right: left + width(source), bottom: top + height(source) };
  const clip = random.chance(0.4) ? [randomRect(random, tile), randomRect(random, tile)] : undefined;
  return [draw.drawCopyBits({ surface, box, clip }, source.left, source.top)];
};

const PATH = { BEGIN: 1, END: 2, CLOSE: 8 } as const;

/** Straight lines; curves and dashes are drawn too, but not yet where spice-gtk puts each pixel. */
const stroke: Operation = (scene) => {
  const { random, tile, words } = scene;
  const head = headOf(scene);
  const close = random.chance(0.3) ? PATH.CLOSE : 0;
  const points = Array.from({ length: random.between(2, 6) }, () => ({
    x: random.between(tile.left, tile.right - 1) * 16,
    y: random.between(tile.top, tile.bottom - 1) * 16,
  }));
  words.push(`${points.length} points`);
  const path = [{ flags: PATH.BEGIN | PATH.END | close, points }];
  return [draw.drawStroke(head, path, undefined, brushOf(scene), ropOf(scene, [BRUSH, DEST]))];
};

const text: Operation = (scene) => {
  const { random, tile, words } = scene;
  const head = { ...headOf(scene), box: tile };
  // spice-gtk says of its glyphs of 8 bits that they are untested, and draws them one row too low.
  const bits = random.one([1, 4] as const);
  words.push(`text ${bits} bits`);
  const glyphs = Array.from({ length: random.between(1, 6) }, (_, i): WireGlyph => {
    const [w, h] = [random.between(1, 9), random.between(1, 12)];
    const rows = Uint8Array.from({ length: ((w * bits + 7) >> 3) * h }, () => random.bits());
    return {
      x: tile.left + i * 7,
      y: tile.top + random.between(12, 20),
      originX: random.between(-1, 1),
      originY: -random.between(0, h),
      width: w,
      height: h,
      data: rows,
    };
  });
  const back: WireBrush = random.chance(0.5) ? { kind: 'none' } : { kind: 'solid', color: random.bits() & 0xffffff };
  return [draw.drawText(head, { bits, glyphs }, randomRect(random, tile), brushOf(scene), back, ROPS.PUT)];
};

const fixed = (value: number): number => Math.round(value * 65536);

const composite: Operation = (scene) => {
  const { random, words } = scene;
  const head = headOf(scene);
  const operator = random.one([
    random.between(0, 13),
    random.between(0, 13),
    0x10 + random.between(0, 11),
    0x20 + random.between(0, 11),
  ]);
  const transform = (): readonly number[] | undefined =>
    random.chance(0.3)
      ? [random.between(40, 200) / 100, random.between(-50, 50) / 100, random.between(-9, 9)]
          .concat([random.between(-50, 50) / 100, random.between(40, 200) / 100, random.between(-9, 9)])
          .map(fixed)
      : undefined;
  const [sourceTransform, maskTransform] = [transform(), transform()];
  const mask = random.chance(0.4) ? imageOf(scene, random.between(1, 60), random.between(1, 60)) : undefined;
  const filter = random.one([3, 4]);
  const repeat = random.between(0, 3);
  let flags = (filter << 8) | (random.one([3, 4]) << 11) | (repeat << 14) | (random.between(0, 3) << 16);
  if (mask && random.chance(0.3)) flags |= 1 << 18;
  for (const bit of [22, 23, 24]) if (random.chance(0.2)) flags |= 1 << bit;
  if (operator >= 13) scene.bound = UNROUNDED_BOUND;
  words.push(`operator ${operator} flags ${flags.toString(16)} transform ${sourceTransform} mask ${maskTransform}`);
  return [
    draw.drawComposite(head, {
      operator,
      flags,
      source: imageOf(scene, random.between(1, 60), random.between(1, 60)),
      mask,
      sourceTransform,
      maskTransform: mask && maskTransform,
      sourceAt: { x: random.between(0, 9), y: random.between(0, 9) },
      maskAt: { x: random.between(0, 9), y: random.between(0, 9) },
    }),
  ];
};

/**
 * What spice-gtk draws onto surfaces of a format: alpha on those of alpha alone; nothing with a palette on narrow ones; on those
 * with alpha nothing with a spare byte, which it takes for alpha.
 */
function suits({ name, alpha }: ImageForm, format: number): boolean {
  if (format === SURFACE_FORMAT['8_A']) return alpha === 'alone';
  if (alpha === 'alone') return false;
  if (format === SURFACE_FORMAT['32_XRGB']) return true;
  return format === SURFACE_FORMAT['32_ARGB'] ? !/(bitmap|lz4) 32BIT/.test(name) : !/[148]BIT/.test(name);
}

/** A surface off screen of any format, drawn upon, then shown in the tile. */
const offScreen: Operation = (scene) => {
  const { random, tile, surface, words, forms } = scene;
  const [name, format] = random.one(
    Object.entries(SURFACE_FORMAT).filter(([, number]) => number !== SURFACE_FORMAT['1_A']),
  );
  words.push(`surface ${name}`);
  const [w, h] = [width(tile), height(tile)];
  const fitting = forms.filter((form) => !form.isKept && suits(form, format));
  const inner = { ...scene, surface: nextSurface++, tile: { left: 0, top: 0, right: w, bottom: h }, forms: fitting };
  const area = inner.tile;
  const isAlphaOnly = format === SURFACE_FORMAT['8_A'];
  const first = random.one(fitting);
  const stamp = { image: first.make(random, w, h), area, scaleMode: 0 };
  words.push(first.name);
  const messages = [
    draw.surfaceCreate(inner.surface, w, h, format),
    draw.drawCopy('COPY', { surface: inner.surface, box: area }, stamp, ROPS.PUT),
  ];
  if (!isAlphaOnly) messages.push(...random.one([fill, flood('INVERS'), copyBits])(inner));
  const shown = surfaceImage(inner.surface, w, h);
  const head = { surface, box: tile };
  const origin = { x: 0, y: 0 };
  const place = { operator: 3, flags: (3 << 8) | (3 << 11), sourceAt: origin, maskAt: origin };
  if (isAlphaOnly) messages.push(draw.drawComposite(head, { ...place, source: imageOf(scene, w, h), mask: shown }));
  else messages.push(draw.drawComposite(head, { ...place, source: shown }));
  return [...messages, draw.surfaceDestroy(inner.surface)];
};

let nextSurface = 10;

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  image: plainCopy,
  fill,
  opaque,
  copy: copy('COPY'),
  blend: copy('BLEND'),
  blackness: flood('BLACKNESS'),
  whiteness: flood('WHITENESS'),
  invers: flood('INVERS'),
  rop3,
  stroke,
  text,
  transparent,
  alpha_blend: alphaBlend,
  composite,
  copy_bits: copyBits,
  surface: offScreen,
};

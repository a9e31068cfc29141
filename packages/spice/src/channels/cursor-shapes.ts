import { pixelOf555 } from '../codecs/palette.ts';
import { SpiceError } from '../wire/error.ts';

/** A pointer's picture. */
export interface CursorShape {
  width: number;
  height: number;
  /** The pixel that points. */
  hotX: number;
  hotY: number;
  /** Straight (not premultiplied) R, G, B, A in memory order. */
  pixels: Int32Array<ArrayBuffer>;
}

/** SPICE_CURSOR_TYPE_* */
const TYPE = { ALPHA: 0, MONO: 1, COLOR4: 2, COLOR8: 3, COLOR16: 4, COLOR24: 5, COLOR32: 6 } as const;

const MAX_SIDE = 1024;
const BLACK = 0xff000000 | 0;
const WHITE = -1;

/**
 * Pictures other than ALPHA have an AND mask (1: keep the screen) and colours that are XOR-ed with it. What would
 * invert the screen is shown as a black and white chequer, since a pointer drawn by the host cannot invert.
 * @throws SpiceError truncated | malformed | limit
 */
export function decodeCursor(
  type: number,
  width: number,
  height: number,
  hotX: number,
  hotY: number,
  data: Uint8Array,
): CursorShape {
  if (width > MAX_SIDE || height > MAX_SIDE) throw new SpiceError('limit', `a cursor of ${width} x ${height}`);
  const count = width * height;
  const maskBytes = ((width + 7) >> 3) * height;
  const colorBytes = bytesOfColors(type, width, height);
  const needed = type === TYPE.ALPHA ? colorBytes : colorBytes + maskBytes;
  if (data.length < needed) throw new SpiceError('truncated', `a cursor of ${data.length} bytes instead of ${needed}`);
  const pixels = new Int32Array(count);
  const shape = { width, height, hotX: Math.min(hotX, width), hotY: Math.min(hotY, height), pixels };
  if (type === TYPE.ALPHA) {
    for (let i = 0; i < count; i++) pixels[i] = straight(bgr(data, i * 4), data[i * 4 + 3]!);
    return shape;
  }
  const colorAt = colorReader(type, width, height, data);
  const [maskAt, rowBytes] = [type === TYPE.MONO ? 0 : colorBytes, (width + 7) >> 3];
  for (let i = 0; i < count; i++) {
    const x = i % width;
    const y = (i - x) / width;
    const keep = (data[maskAt + y * rowBytes + (x >> 3)]! >> (7 - (x & 7))) & 1;
    const color = colorAt(i) | BLACK;
    if (!keep) pixels[i] = color;
    else if (color !== BLACK) pixels[i] = (x ^ y) & 1 ? BLACK : WHITE;
  }
  return shape;
}

function bytesOfColors(type: number, width: number, height: number): number {
  switch (type) {
    case TYPE.ALPHA:
    case TYPE.COLOR32:
      return width * height * 4;
    case TYPE.MONO:
      return ((width + 7) >> 3) * height;
    case TYPE.COLOR4:
      return ((width + 1) >> 1) * height + 16 * 4;
    case TYPE.COLOR8:
      return width * height + 256 * 4;
    case TYPE.COLOR16:
      return width * height * 2;
    case TYPE.COLOR24:
      return width * height * 3;
    default:
      throw new SpiceError('malformed', `cursor type ${type}`);
  }
}

function colorReader(type: number, width: number, height: number, data: Uint8Array): (i: number) => number {
  switch (type) {
    case TYPE.MONO: {
      const rowBytes = (width + 7) >> 3;
      const xor = rowBytes * height;
      return (i) => {
        const x = i % width;
        const at = xor + ((i - x) / width) * rowBytes + (x >> 3);
        return (data[at]! >> (7 - (x & 7))) & 1 ? WHITE : BLACK;
      };
    }
    case TYPE.COLOR4: {
      const rowBytes = (width + 1) >> 1;
      const palette = rowBytes * height;
      return (i) => {
        const x = i % width;
        const byte = data[((i - x) / width) * rowBytes + (x >> 1)]!;
        return bgr(data, palette + (x & 1 ? byte & 15 : byte >> 4) * 4);
      };
    }
    case TYPE.COLOR8:
      return (i) => bgr(data, width * height + data[i]! * 4);
    case TYPE.COLOR16:
      return (i) => pixelOf555(data[i * 2]! | (data[i * 2 + 1]! << 8));
    case TYPE.COLOR24:
      return (i) => bgr(data, i * 3);
    default:
      return (i) => bgr(data, i * 4);
  }
}

function bgr(data: Uint8Array, at: number): number {
  return (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
}

/** Undoes premultiplication, which X servers apply to cursors. */
function straight(premultiplied: number, alpha: number): number {
  if (alpha === 0 || alpha === 255) return (alpha << 24) | (alpha === 0 ? 0 : premultiplied);
  const channel = (shift: number): number =>
    Math.min(255, Math.round((((premultiplied >> shift) & 255) * 255) / alpha)) << shift;
  return (alpha << 24) | channel(16) | channel(8) | channel(0);
}

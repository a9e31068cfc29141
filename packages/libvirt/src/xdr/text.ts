/**
 * Text out of packets. Most of it is short ASCII (names, UUIDs, names of statistics), and a call of Buffer's own decoder
 * costs more than such a text does: it is made here from its character codes, as long as that is faster.
 */
import { decodeUtf8 } from './escaped-text.ts';

const SHORT_BYTES = 28;
const make = String.fromCharCode;

/** UTF-8 from `at` to `at + length`, which lie within `bytes`. */
export function decodeText(bytes: Buffer, at: number, length: number): string {
  const end = at + length;
  if (length > SHORT_BYTES) return decodeUtf8(bytes, at, end);
  let text = '';
  let bits = 0;
  let i = at;
  for (; i + 8 <= end; i += 8) {
    const a = bytes[i]!;
    const b = bytes[i + 1]!;
    const c = bytes[i + 2]!;
    const d = bytes[i + 3]!;
    const e = bytes[i + 4]!;
    const f = bytes[i + 5]!;
    const g = bytes[i + 6]!;
    const h = bytes[i + 7]!;
    bits |= a | b | c | d | e | f | g | h;
    text += make(a, b, c, d, e, f, g, h);
  }
  if (i + 4 <= end) {
    const a = bytes[i]!;
    const b = bytes[i + 1]!;
    const c = bytes[i + 2]!;
    const d = bytes[i + 3]!;
    bits |= a | b | c | d;
    text += make(a, b, c, d);
    i += 4;
  }
  for (; i < end; i++) {
    bits |= bytes[i]!;
    text += make(bytes[i]!);
  }
  return bits < 0x80 ? text : decodeUtf8(bytes, at, end);
}

const KEPT = 1024; // a power of two
/** Names are shorter than this; a daemon that sends longer ones must not have them kept. */
const KEPT_BYTES = 64;
const kept: (string | undefined)[] = new Array<undefined>(KEPT).fill(undefined);

/**
 * The same for text from a small vocabulary, such as names of typed parameters: what was seen lately is the same string
 * again, which costs nothing to make and is quick as a key.
 */
export function decodeName(bytes: Buffer, at: number, length: number): string {
  if (length > KEPT_BYTES) return decodeText(bytes, at, length);
  let hash = length;
  for (let i = at; i < at + length; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
  const slot = (hash ^ (hash >>> 15)) & (KEPT - 1);
  const known = kept[slot];
  if (known !== undefined && known.length === length && isText(known, bytes, at)) return known;
  const text = decodeText(bytes, at, length);
  kept[slot] = text;
  return text;
}

/** Whether these bytes are this text; only ASCII has as many characters as bytes. */
function isText(text: string, bytes: Buffer, at: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[at + i]) return false;
  return true;
}

/** Character codes of two hexadecimal digits a byte: high, low. */
const HIGH = Uint8Array.from({ length: 256 }, (_, byte) => (byte >> 4).toString(16).charCodeAt(0));
const LOW = Uint8Array.from({ length: 256 }, (_, byte) => (byte & 15).toString(16).charCodeAt(0));
const DASH = 0x2d;

/** 16 bytes as `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`. One call for all characters is three times as fast as a loop. */
// biome-ignore format: a row a group of the UUID
export function decodeUuid(bytes: Buffer, at: number): string {
  const h = (byte: number) => HIGH[bytes[at + byte]!]!;
  const l = (byte: number) => LOW[bytes[at + byte]!]!;
  return make(
    h(0), l(0), h(1), l(1), h(2), l(2), h(3), l(3), DASH,
    h(4), l(4), h(5), l(5), DASH,
    h(6), l(6), h(7), l(7), DASH,
    h(8), l(8), h(9), l(9), DASH,
    h(10), l(10), h(11), l(11), h(12), l(12), h(13), l(13), h(14), l(14), h(15), l(15),
  );
}

/**
 * libvirt's strings are bytes. Nearly all are UTF-8, but names of files and what a guest says of itself may be anything. A
 * byte that is no part of UTF-8 becomes a lone surrogate, U+DC80 to U+DCFF, and goes back as the byte it was, as in Python
 * (PEP 383): a name that came can be sent again. `text.isWellFormed()` tells whether there are such bytes, and
 * `text.toWellFormed()` shows them as U+FFFD.
 */
const ESCAPE = 0xdc00;

/** Any bytes from `at` to `end` as text. */
export function decodeUtf8(bytes: Buffer, at: number, end: number): string {
  const text = bytes.toString('utf8', at, end);
  // Buffer puts U+FFFD for what is no UTF-8; or the text has one of its own.
  return text.includes('\uFFFD') ? decodeEscaped(bytes, at, end) : text;
}

function decodeEscaped(bytes: Buffer, at: number, end: number): string {
  // A character has no more units of UTF-16 than it has bytes of UTF-8.
  const units = Buffer.allocUnsafe(2 * (end - at));
  let length = 0;
  const put = (unit: number) => {
    length = units.writeUInt16LE(unit, length);
  };
  for (let i = at; i < end; ) {
    const size = characterBytes(bytes, i, end);
    if (size === 0) put(ESCAPE + bytes[i++]!);
    else {
      let point = size === 1 ? bytes[i]! : bytes[i]! & (0x7f >> size);
      for (let next = i + 1; next < i + size; next++) point = (point << 6) | (bytes[next]! & 0x3f);
      if (point < 0x1_0000) put(point);
      else {
        put(0xd7c0 + (point >> 10));
        put(0xdc00 + (point & 0x3ff));
      }
      i += size;
    }
  }
  return units.toString('utf16le', 0, length);
}

/** How many bytes the character at `at` has; 0 where none begins (The Unicode Standard, table 3-7). */
function characterBytes(bytes: Buffer, at: number, end: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + size > end) return 0;
  // The second byte rules out what has a shorter form, surrogates, and what lies above U+10FFFF.
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[at + 1]!;
  if (second < lowest || second > highest) return 0;
  for (let next = at + 2; next < at + size; next++) if ((bytes[next]! & 0xc0) !== 0x80) return 0;
  return size;
}

/** The bytes of a text that has lone surrogates; undefined where one of them stands for no byte. */
export function encodeEscaped(text: string): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(3 * text.length);
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code < 0xd800 || code > 0xdfff) length += bytes.write(character, length);
    else if (code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff) length = bytes.writeUInt8(code - ESCAPE, length);
    else return undefined;
  }
  return bytes.subarray(0, length);
}

/** Names and characters of XML 1.0, fifth edition: productions 2, 3, 4, 4a; sections 2.11, 3.3.3 and 4.6. */

const NAME_START =
  ':A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}\\u{200D}' +
  '\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}';

export const NAME = `[${NAME_START}][${NAME_START}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}-\\u{2040}]*`;
export const SPACE = '[ \\t\\r\\n]';

/** The first character that no XML document may contain. A half of a surrogate pair is one. */
export const ILLEGAL = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** White space as XML has it: not the no-break space, nor U+FEFF, which may even begin a name. */
export function trimSpace(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && ' \t\r\n'.includes(text[from]!)) from++;
  // No expression: it would look for an end after every space.
  while (from < to && ' \t\r\n'.includes(text[to - 1]!)) to--;
  return text.slice(from, to);
}
export const isBlank = (text: string): boolean => !/[^ \t\r\n]/.test(text);

/** Leading space, name, equals sign with its space, quoted value. */
export const ATTRIBUTE = `(${SPACE}+)(${NAME})(${SPACE}*=${SPACE}*)("[^"<]*"|'[^'<]*')`;

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const REFERENCE = /&(?:#x([0-9a-fA-F]+);|#([0-9]+);|(amp|lt|gt|quot|apos);)?/g;

/** Text as an application sees it; undefined if a reference in it is none of XML's own. */
export function decodeText(raw: string): string | undefined {
  const lines = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw;
  if (!lines.includes('&')) return lines;
  let sound = true;
  const decoded = lines.replace(REFERENCE, (_, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name]!;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const character = code <= 0x10ffff ? String.fromCodePoint(code) : '\0';
    sound &&= !ILLEGAL.test(character);
    return character;
  });
  return sound ? decoded : undefined;
}

/** As text, but literal white space becomes spaces. */
export function decodeAttribute(raw: string): string | undefined {
  return decodeText(/[\t\n\r]/.test(raw) ? raw.replace(/\r\n|[\t\n\r]/g, ' ') : raw);
}

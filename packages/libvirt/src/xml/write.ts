import { ATTRIBUTE, decodeAttribute, decodeText, isBlank } from './characters.ts';
import type { XmlElement, XmlInstruction, XmlNode, XmlText } from './element.ts';
import { type Origin, origins, surroundings } from './origin.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/**
 * The tree as text, without any white space that is not in it. What was read and not edited is written byte for byte;
 * in an edited start tag the other attributes are. For the element of a document, what stands around it is written, too.
 */
export function writeXml(element: XmlElement): string {
  const around = surroundings.get(element);
  return around ? `${around.before}${node(element)}${around.after}` : node(element);
}

/** For people: elements that hold elements alone are indented by two spaces. */
export function formatXml(element: XmlElement): string {
  return pretty(element, '');
}

function node(each: XmlNode): string {
  const origin = origins.get(each);
  if (each.type === 'element') return elementText(each, origin);
  const raw = origin?.source.slice(origin.from, origin.to);
  return raw !== undefined && says(raw, each) ? raw : fresh(each);
}

function elementText(each: XmlElement, origin: Origin | undefined): string {
  const start = startTag(each, origin);
  const end = origin?.end && origin.source.slice(origin.end.from, origin.end.to);
  if (each.children.length === 0 && end === undefined) return `${start}/>`;
  const kept = end?.startsWith(`</${each.name}`) && /^[ \t\r\n>]/.test(end.slice(each.name.length + 2));
  return `${start}>${each.children.map(node).join('')}${kept ? end : `</${each.name}>`}`;
}

/** Without the closing `>` or `/>`. */
function startTag(of: XmlElement, origin: Origin | undefined): string {
  const now = Object.entries(of.attributes);
  if (!origin) return `<${of.name}${now.map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join('')}`;
  const raw = origin.source.slice(origin.from, origin.to);
  const { attributes, tail } = splitTag(raw);
  const newQuote = attributes.values().next().value?.quoted[0] ?? '"';
  const written = now.map(([name, value]) => {
    const was = attributes.get(name);
    if (!was) return ` ${name}=${quote(value, newQuote)}`;
    return decodeAttribute(was.quoted.slice(1, -1)) === value
      ? was.whole
      : `${was.space}${name}${was.equals}${quote(value, was.quoted[0]!)}`;
  });
  return `<${of.name}${written.join('')}${tail}`;
}

/** The attributes of a start tag that was parsed, as they are written, and the white space behind them. */
function splitTag(raw: string) {
  const attributes = new Map<string, { whole: string; space: string; equals: string; quoted: string }>();
  // Sticky: a search from every place would take quadratic time where there is much white space.
  const next = new RegExp(ATTRIBUTE, 'uy');
  let at = /^<[^ \t\r\n/>]+/.exec(raw)?.[0].length ?? 0;
  for (;;) {
    next.lastIndex = at;
    const found = next.exec(raw);
    if (!found) return { attributes, tail: raw.slice(at).replace(/\/?>$/, '') };
    const [whole, space = '', name = '', equals = '', quoted = ''] = found;
    attributes.set(name, { whole, space, equals, quoted });
    at = next.lastIndex;
  }
}

/** True if a raw text still says what the node says. */
function says(raw: string, now: XmlText | XmlInstruction): boolean {
  switch (now.type) {
    case 'text':
      return decodeText(raw) === now.text;
    case 'cdata':
      return lines(raw.slice(9, -3)) === now.text;
    case 'comment':
      return lines(raw.slice(4, -3)) === now.text;
    case 'instruction':
      return (
        raw.startsWith(`<?${now.target}`) &&
        lines(raw.slice(now.target.length + 2, -2)).replace(/^[ \t\n]+/, '') === now.body
      );
  }
}

function fresh(each: XmlText | XmlInstruction): string {
  switch (each.type) {
    case 'text':
      return escapeText(each.text);
    case 'cdata':
      // The one sequence that may not be in a section is split over two.
      return `<![CDATA[${each.text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
    case 'comment':
      return `<!--${each.text}-->`;
    case 'instruction':
      return `<?${each.target}${each.body === '' ? '' : ` ${each.body}`}?>`;
  }
}

function pretty(element: XmlElement, indent: string): string {
  const above = element.children.some((each) => each.type === 'element');
  const children = element.children.filter((each) => !above || each.type !== 'text' || !isBlank(each.text));
  const mixed = children.some((each) => each.type === 'text' || each.type === 'cdata');
  if (children.length === 0 || mixed)
    return `${indent}${node({ ...element, children: mixed ? element.children : [] })}`;
  const inner = `${indent}  `;
  const below = children.map((each) => (each.type === 'element' ? pretty(each, inner) : `${inner}${node(each)}`));
  return `${indent}${startTag(element, undefined)}>\n${below.join('\n')}\n${indent}</${element.name}>`;
}

const lines = (raw: string) => raw.replace(/\r\n?/g, '\n');
const quote = (value: string, mark: string) =>
  mark + escapeAll(value, mark === '"' ? /[&<>"\t\n\r]/g : /[&<>'\t\n\r]/g) + mark;
const escapeAll = (value: string, what: RegExp) => value.replace(what, (character) => ESCAPES[character]!);

/** Text as it may stand between tags. */
export function escapeText(text: string): string {
  return escapeAll(text, /[&<>\r]/g);
}

/** For a value between double quotes. A parser turns bare line breaks and tabs in attributes into spaces. */
export function escapeAttribute(text: string): string {
  return escapeAll(text, /[&<>"\t\n\r]/g);
}

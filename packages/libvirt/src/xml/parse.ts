import { ATTRIBUTE, decodeAttribute, decodeText, ILLEGAL, NAME, SPACE } from './characters.ts';
import type { XmlElement, XmlNode } from './element.ts';
import { origins, placeAt, surroundings } from './origin.ts';
import { XmlError } from './xml-error.ts';

/** Deeper than any XML of libvirt; guards whoever walks the tree by recursion. */
const MAX_DEPTH = 500;
/** UTF-16 units. libvirt's wire carries no longer string: REMOTE_STRING_MAX of remote_protocol.x. */
const MAX_LENGTH = 4_194_304;

const name = new RegExp(NAME, 'uy');
const attribute = new RegExp(ATTRIBUTE, 'uy');
const spaces = new RegExp(`${SPACE}*`, 'y');
const declared = (name: string, value: string) => `${SPACE}+${name}${SPACE}*=${SPACE}*(?:"${value}"|'${value}')`;
const declaration = new RegExp(
  `<\\?xml${declared('version', '1\\.[0-9]+')}(?:${declared('encoding', '[A-Za-z][\\w.-]*')})?` +
    `(?:${declared('standalone', '(?:yes|no)')})?${SPACE}*\\?>`,
  'y',
);

/**
 * Parses one document: XML 1.0 without document types, prefixes as written. Throws INVALID_XML with line and column.
 * Entities but the five of XML are refused, and so are document types, more than 500 levels and more than 4 Mi characters.
 */
export function parseXml(text: string): XmlElement {
  return new Parser(text).document();
}

class Parser {
  readonly #text: string;
  #at = 0;
  readonly #open: XmlElement[] = [];

  constructor(text: string) {
    this.#text = text;
    if (text.length > MAX_LENGTH) this.#fail(`more than ${MAX_LENGTH} characters`, 0);
    const illegal = ILLEGAL.exec(text);
    if (illegal) this.#fail(`character U+${hex(illegal[0])} is not allowed`, illegal.index);
  }

  document(): XmlElement {
    if (this.#text.startsWith('\uFEFF')) this.#at = 1;
    this.#take(declaration);
    this.#outside();
    const before = this.#text.slice(0, this.#at);
    if (!this.#looking('<')) this.#fail('no element');
    const root = this.#startTag();
    while (this.#open.length > 0) this.#content(this.#open.at(-1)!);
    const end = this.#at;
    this.#outside();
    if (this.#at < this.#text.length) this.#fail('nothing may follow the element of the document');
    surroundings.set(root, { before, after: this.#text.slice(end) });
    return root;
  }

  /** White space, comments and instructions before or after the element of the document. */
  #outside(): void {
    for (;;) {
      this.#take(spaces);
      if (!this.#looking('<!') && !this.#looking('<?')) return;
      this.#markup();
    }
  }

  /** What comes next in an element: text up to the next tag, a child's start tag, or its end tag. */
  #content(parent: XmlElement): void {
    if (this.#at >= this.#text.length) this.#fail(`<${parent.name}> is not closed`);
    if (!this.#looking('<')) parent.children.push(this.#characters());
    else if (this.#looking('</')) this.#endTag(parent);
    else if (this.#looking('<!') || this.#looking('<?')) parent.children.push(this.#markup());
    else if (this.#open.length >= MAX_DEPTH) this.#fail(`more than ${MAX_DEPTH} levels`);
    else parent.children.push(this.#startTag());
  }

  #startTag(): XmlElement {
    const from = this.#at++;
    // Attributes may be called __proto__.
    const attributes: Record<string, string> = Object.create(null);
    const node: XmlElement = { type: 'element', name: this.#name(), attributes, children: [] };
    for (;;) {
      const at = this.#at;
      attribute.lastIndex = at;
      const found = attribute.exec(this.#text);
      if (!found) break;
      const [, space, key, , quoted] = found as unknown as [string, string, string, string, string];
      if (attributes[key] !== undefined) this.#fail(`attribute '${key}' is there twice`, at + space.length);
      const value = decodeAttribute(quoted.slice(1, -1));
      if (value === undefined) this.#fail(`attribute '${key}' has a reference that is not XML's own`, at);
      attributes[key] = value;
      this.#at = attribute.lastIndex;
    }
    this.#take(spaces);
    const closed = this.#looking('/>');
    if (!closed && !this.#looking('>')) this.#fail(`in <${node.name}>: expected an attribute, '>' or '/>'`);
    this.#at += closed ? 2 : 1;
    origins.set(node, { source: this.#text, from, to: this.#at });
    if (!closed) this.#open.push(node);
    return node;
  }

  #endTag(open: XmlElement): void {
    const from = this.#at;
    this.#at += 2;
    const name = this.#name();
    if (name !== open.name) this.#fail(`</${name}> where </${open.name}> was expected`, from);
    this.#take(spaces);
    if (!this.#looking('>')) this.#fail(`in </${name}>: expected '>'`);
    this.#at += 1;
    origins.get(open)!.end = { from, to: this.#at };
    this.#open.pop();
  }

  #characters(): XmlNode {
    const from = this.#at;
    const next = this.#text.indexOf('<', from);
    const to = next < 0 ? this.#text.length : next;
    const raw = this.#text.slice(from, to);
    const end = raw.indexOf(']]>');
    if (end >= 0) this.#fail("']]>' may not be in text", from + end);
    const text = decodeText(raw) ?? this.#badReference(raw, from);
    this.#at = to;
    return this.#placed({ type: 'text', text }, from);
  }

  #badReference(raw: string, from: number): never {
    for (const { 0: each, index } of raw.matchAll(/&[^;&]*;?/g))
      if (decodeText(each) === undefined)
        this.#fail(`'${each.slice(0, 20)}' is no reference of XML's own`, from + index);
    return this.#fail('a reference is not XML', from);
  }

  /** A comment, a CDATA section or an instruction. */
  #markup(): XmlNode {
    const from = this.#at;
    if (this.#looking('<!--')) {
      const text = this.#until('<!--', '-->', 'comment');
      if (text.includes('--') || text.endsWith('-')) this.#fail("'--' may not be in a comment", from);
      return this.#placed({ type: 'comment', text: decodeLines(text) }, from);
    }
    if (this.#looking('<![CDATA[') && this.#open.length > 0)
      return this.#placed({ type: 'cdata', text: decodeLines(this.#until('<![CDATA[', ']]>', 'CDATA section')) }, from);
    if (this.#looking('<!DOCTYPE')) this.#fail('a document type is not allowed');
    if (!this.#looking('<?')) this.#fail("'<!' begins nothing that is allowed here");
    this.#at += 2;
    const target = this.#name();
    if (/^xml$/i.test(target)) this.#fail('an XML declaration that is malformed or not at the beginning', from);
    const body = this.#until('', '?>', 'instruction');
    if (body !== '' && !/^[ \t\r\n]/.test(body)) this.#fail('expected white space after the target', from);
    return this.#placed({ type: 'instruction', target, body: decodeLines(body.replace(/^[ \t\r\n]+/, '')) }, from);
  }

  #placed<Node extends XmlNode>(node: Node, from: number): Node {
    origins.set(node, { source: this.#text, from, to: this.#at });
    return node;
  }

  #until(opening: string, closing: string, what: string): string {
    const from = this.#at + opening.length;
    const to = this.#text.indexOf(closing, from);
    if (to < 0) this.#fail(`the ${what} is not closed`);
    this.#at = to + closing.length;
    return this.#text.slice(from, to);
  }

  #name(): string {
    return this.#take(name) ?? this.#fail('expected a name');
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #looking(at: string): boolean {
    return this.#text.startsWith(at, this.#at);
  }

  #fail(problem: string, offset = this.#at): never {
    throw new XmlError(problem, placeAt(this.#text, offset));
  }
}

const hex = (character: string) => character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
const decodeLines = (raw: string) => raw.replace(/\r\n?/g, '\n');

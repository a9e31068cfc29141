/**
 * A small ordered tree. It keeps every element, attribute, text, comment and CDATA section in its place, namespaces as
 * they were written (`xmlns:domus="…"` is an attribute, `domus:vm` a name), so that what we do not know passes untouched.
 */
export interface XmlElement {
  /** Tells the kinds of nodes apart. */
  readonly type: 'element';
  /** As written, prefix included. */
  name: string;
  /** By name as written, in their order. */
  attributes: Record<string, string>;
  /** All that stands in it, in its order. */
  children: XmlNode[];
}

/** Text, a CDATA section or a comment. */
export interface XmlText {
  /** Tells the kinds of nodes apart. */
  readonly type: 'text' | 'cdata' | 'comment';
  /** Without the marks around it; entities are resolved. */
  text: string;
}

/** A processing instruction: `<?target body?>`. */
export interface XmlInstruction {
  /** Tells the kinds of nodes apart. */
  readonly type: 'instruction';
  /** Its first word. */
  target: string;
  /** All after the target. */
  body: string;
}

/** What an element can hold. */
export type XmlNode = XmlElement | XmlText | XmlInstruction;

/** Attributes for `element()`; what is undefined is left out. */
export type XmlAttributes = Record<string, string | number | bigint | undefined>;
/** Children for `element()`; what is undefined is left out, strings and numbers become text. */
export type XmlContent = XmlNode | string | number | bigint | undefined;

/**
 * Builds an element. Attributes and children that are undefined are left out, strings and numbers become text.
 *
 *     element('disk', { type: 'file' }, element('target', { dev: 'vda', bus: 'virtio' }))
 */
export function element(name: string, attributes: XmlAttributes = {}, ...content: XmlContent[]): XmlElement {
  const given: Record<string, string> = {};
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) given[key] = String(value);
  return { type: 'element', name, attributes: given, children: content.flatMap(asNode) };
}

function asNode(content: XmlContent): XmlNode[] {
  if (content === undefined) return [];
  return [typeof content === 'object' ? content : { type: 'text', text: String(content) }];
}

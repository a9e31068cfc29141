/**
 * A small ordered tree. It keeps every element, attribute, text, comment and CDATA section in its place, namespaces as
 * they were written (`xmlns:domus="…"` is an attribute, `domus:vm` a name), so that what we do not know passes untouched.
 */
export interface XmlElement {
  readonly type: 'element';
  /** As written, prefix included. */
  name: string;
  attributes: Record<string, string>;
  children: XmlNode[];
}

export interface XmlText {
  readonly type: 'text' | 'cdata' | 'comment';
  text: string;
}

export interface XmlInstruction {
  readonly type: 'instruction';
  target: string;
  body: string;
}

export type XmlNode = XmlElement | XmlText | XmlInstruction;

export type XmlAttributes = Record<string, string | number | bigint | undefined>;
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

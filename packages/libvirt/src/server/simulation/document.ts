/** What all documents of clients have in common. */
import { children, ensureChild, parseXml, setText, text, type XmlElement } from '../../xml/index.ts';
import { ServerFailure } from '../failure.ts';

/** Parses a document whose outermost element must be `root`, and which must have a name. */
export function readNamed(xml: string, root: string): XmlElement {
  const document = parseXml(xml);
  if (document.name !== root) {
    throw new ServerFailure('XML_ERROR', `unexpected root element <${document.name}>, expecting <${root}>`, 'XML');
  }
  if (!text(document, 'name')) throw new ServerFailure('XML_ERROR', `missing name element of <${root}>`, 'XML');
  return document;
}

/** Fills in a UUID where there is none, and writes the one that is there as libvirt does. */
export function completeUuid(document: XmlElement, make: () => string): void {
  const given = text(document, 'uuid') ?? '';
  setText(ensureChild(document, 'uuid'), given === '' ? make() : plainUuid(given));
}

/** Puts the children in this order and drops what libvirt does not keep: white space and comments between them. */
export function arrange(parent: XmlElement, order: readonly string[]): void {
  const rank = ({ name }: XmlElement) => (order.includes(name) ? order.indexOf(name) : order.length);
  parent.children = children(parent).sort((a, b) => rank(a) - rank(b));
}

function plainUuid(given: string): string {
  const digits = given.replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(digits)) throw new ServerFailure('XML_ERROR', `malformed uuid element '${given}'`, 'XML');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

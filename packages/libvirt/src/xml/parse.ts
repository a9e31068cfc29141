import { SaxesParser } from 'saxes';
import { LibvirtError } from '../errors.ts';
import type { XmlElement, XmlNode } from './element.ts';

/** Deeper than any XML of libvirt; guards whoever walks the tree by recursion. */
const MAX_DEPTH = 500;

/** Parses one document. Throws INVALID_XML with line and column (both from 1). Entities but the five of XML are refused. */
export function parseXml(text: string): XmlElement {
  // Namespaces stay as written; the parser must not ask for declarations that a fragment lacks.
  const parser = new SaxesParser({ xmlns: false, position: true });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  const fail = (problem: string): never => {
    throw new LibvirtError({
      code: 'INVALID_XML',
      message: `XML line ${parser.line}, column ${parser.column + 1}: ${problem}`,
    });
  };
  const add = (node: XmlNode) => open.at(-1)?.children.push(node);

  parser.on('error', (error) => fail(error.message.replace(/^\d+:\d+: /, '')));
  parser.on('opentag', (tag) => {
    const node: XmlElement = { type: 'element', name: tag.name, attributes: { ...tag.attributes }, children: [] };
    if (open.length >= MAX_DEPTH) fail(`more than ${MAX_DEPTH} levels`);
    if (open.length === 0) root = node;
    add(node);
    open.push(node);
  });
  parser.on('closetag', () => open.pop());
  parser.on('text', (value) => add({ type: 'text', text: value }));
  parser.on('cdata', (value) => add({ type: 'cdata', text: value }));
  parser.on('comment', (value) => add({ type: 'comment', text: value }));
  parser.on('processinginstruction', ({ target, body }) => add({ type: 'instruction', target, body }));
  parser.on('doctype', () => fail('a document type is not allowed'));
  parser.write(text).close();
  return root ?? fail('no element');
}

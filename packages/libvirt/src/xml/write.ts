import type { XmlElement, XmlNode } from './element.ts';

const TEXT_ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };
const ATTRIBUTE_ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A parser turns bare line breaks and tabs in attributes into spaces.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** The tree as text, without any white space that is not in it. */
export function writeXml(element: XmlElement): string {
  return node(element);
}

/** For people: elements that hold elements alone are indented by two spaces. */
export function formatXml(element: XmlElement): string {
  return pretty(element, '');
}

function node(each: XmlNode): string {
  switch (each.type) {
    case 'element':
      return each.children.length === 0
        ? `${openTag(each)}/>`
        : `${openTag(each)}>${each.children.map(node).join('')}</${each.name}>`;
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
  const blank = (each: XmlNode) => each.type === 'text' && each.text.trim() === '';
  const children = element.children.filter((each) => !blank(each));
  const mixed = children.some((each) => each.type === 'text' || each.type === 'cdata');
  if (children.length === 0 || mixed) return `${indent}${node(element)}`;
  const inner = `${indent}  `;
  const lines = children.map((each) => (each.type === 'element' ? pretty(each, inner) : `${inner}${node(each)}`));
  return `${indent}${openTag(element)}>\n${lines.join('\n')}\n${indent}</${element.name}>`;
}

function openTag(element: XmlElement): string {
  const attributes = Object.entries(element.attributes).map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`);
  return `<${element.name}${attributes.join('')}`;
}

export function escapeText(text: string): string {
  return text.replace(/[&<>\r]/g, (character) => TEXT_ESCAPES[character]!);
}

export function escapeAttribute(text: string): string {
  return text.replace(/[&<>"\t\n\r]/g, (character) => ATTRIBUTE_ESCAPES[character]!);
}

import { isBlank } from '../characters.ts';
import type { XmlElement, XmlNode } from '../element.ts';
import type { Shape } from './shape.ts';

/** Where the children of an element are put in and taken out, with the white space that makes lines of them. */

/** Behind the last child that comes before it in the schema's order, else in front. */
export function insertChild(
  parent: XmlElement,
  made: XmlElement,
  shape: Shape,
  nameOf: (child: XmlElement) => string,
): void {
  const order = (each: XmlNode) => (each.type === 'element' ? (shape.children.get(nameOf(each))?.order ?? -1) : -1);
  const own = shape.children.get(nameOf(made))?.order ?? Number.POSITIVE_INFINITY;
  const behind = parent.children.findLastIndex((each) => order(each) >= 0 && order(each) <= own);
  const indent = indentOf(parent);
  if (indent === undefined) {
    parent.children.splice(behind + 1, 0, made);
    return;
  }
  indentBelow(made, indent);
  parent.children.splice(behind + 1, 0, { type: 'text', text: indent }, made);
}

/**
 * Makes `after` of the children that were `before`. Those that stay are not touched, nor is what stands between them;
 * a new one takes the place of an old one where it can. If the order of those that stay changes, all are put in anew.
 */
export function arrange(
  parent: XmlElement,
  before: readonly XmlElement[],
  after: readonly XmlElement[],
  insertLast: (made: XmlElement) => void,
): void {
  const staying = after.filter((each) => before.includes(each));
  const inOrder = before.filter((each) => after.includes(each)).every((each, n) => each === staying[n]);
  let next = inOrder ? 0 : before.length;
  if (!inOrder) for (const old of before) removeChild(parent, old);
  for (const made of after) {
    if (staying.includes(made))
      while (next < before.length && before[next] !== made) removeChild(parent, before[next++]!);
    const old = before[next];
    if (old === undefined) insertLast(made);
    else if (old === made) next++;
    else if (staying.includes(old)) insertBefore(parent, old, made);
    else {
      replaceChild(parent, old, made);
      next++;
    }
  }
  for (const old of before.slice(next)) removeChild(parent, old);
}

function insertBefore(parent: XmlElement, old: XmlElement, made: XmlElement): void {
  const indent = indentOf(parent);
  if (indent !== undefined) indentBelow(made, indent);
  const after: XmlNode[] = indent === undefined ? [] : [{ type: 'text', text: indent }];
  parent.children.splice(parent.children.indexOf(old), 0, made, ...after);
}

function replaceChild(parent: XmlElement, old: XmlElement, made: XmlElement): void {
  const indent = indentOf(parent);
  if (indent !== undefined) indentBelow(made, indent);
  parent.children[parent.children.indexOf(old)] = made;
}

/** Takes the white space in front along. */
function removeChild(parent: XmlElement, old: XmlElement): void {
  const at = parent.children.indexOf(old);
  const blank = isGap(parent.children[at - 1]);
  parent.children.splice(blank ? at - 1 : at, blank ? 2 : 1);
}

/** Replaces the text and leaves comments and children in their places. */
export function setOwnText(of: XmlElement, text: string): void {
  const isText = (each: XmlNode) => each.type === 'text' || each.type === 'cdata';
  const first = of.children.findIndex(isText);
  const kept = of.children.filter((each) => !isText(each));
  kept.splice(first < 0 ? kept.length : first, 0, { type: 'text', text });
  of.children = kept;
}

/** A line break and the white space before the first child, if children stand on lines of their own. */
function indentOf(parent: XmlElement): string | undefined {
  const first = parent.children.findIndex((each) => each.type === 'element');
  const blank = first > 0 ? parent.children[first - 1] : undefined;
  return blank?.type === 'text' && isBlank(blank.text) && blank.text.includes('\n')
    ? blank.text.slice(blank.text.lastIndexOf('\n'))
    : undefined;
}

/** For new elements that hold elements alone. */
function indentBelow(element: XmlElement, indent: string): void {
  if (element.children.length === 0 || element.children.some((each) => each.type !== 'element')) return;
  const inner = `${indent}  `;
  element.children = [
    ...element.children.flatMap((each): XmlNode[] => {
      if (each.type === 'element') indentBelow(each, inner);
      return [{ type: 'text', text: inner }, each];
    }),
    { type: 'text', text: indent },
  ];
}

const isGap = (each: XmlNode | undefined) => each?.type === 'text' && isBlank(each.text);

import { isBlank } from './characters.ts';
import { element, type XmlElement, type XmlNode } from './element.ts';
import { origins, surroundings } from './origin.ts';
import { child } from './query.ts';

/** The element at a path below `parent`; what is missing is made, at the end of its parent. */
export function ensureChild(parent: XmlElement, ...path: string[]): XmlElement {
  let at = parent;
  for (const name of path) {
    const found = child(at, name) ?? element(name);
    if (!at.children.includes(found)) at.children.push(found);
    at = found;
  }
  return at;
}

/** Replaces all text and elements in it by a text. */
export function setText(of: XmlElement, value: string | number | bigint): void {
  of.children = [{ type: 'text', text: String(value) }];
}

/** Sets an attribute; undefined removes it. */
export function setAttribute(of: XmlElement, name: string, value: string | number | undefined): void {
  if (value === undefined) delete of.attributes[name];
  else of.attributes[name] = String(value);
}

/** Removes these children and the white space in front of each; true if there were any. */
export function removeChildren(parent: XmlElement, which: (each: XmlElement) => boolean): boolean {
  const before = parent.children.length;
  const kept: typeof parent.children = [];
  for (const each of parent.children) {
    if (each.type !== 'element' || !which(each)) {
      kept.push(each);
      continue;
    }
    const last = kept.at(-1);
    if (last?.type === 'text' && isBlank(last.text)) kept.pop();
  }
  parent.children = kept;
  return kept.length !== before;
}

/** Puts `replacement` where `original` is; false if it is not a child of `parent`. */
export function replaceChild(parent: XmlElement, original: XmlElement, replacement: XmlElement): boolean {
  const at = parent.children.indexOf(original);
  if (at < 0) return false;
  parent.children[at] = replacement;
  return true;
}

/** A deep copy, to edit without touching the original. It is written as the original is. */
export function cloneXml(of: XmlElement): XmlElement {
  const copy = copyNode(of);
  const around = surroundings.get(of);
  if (around) surroundings.set(copy, around);
  return copy;
}

function copyNode<Node extends XmlNode>(of: Node): Node {
  const copy: Node = { ...of };
  if (copy.type === 'element') {
    copy.attributes = Object.assign(Object.create(null), copy.attributes);
    copy.children = copy.children.map(copyNode);
  }
  const origin = origins.get(of);
  if (origin) origins.set(copy, origin);
  return copy;
}

import type { XmlElement, XmlNode } from './element.ts';

/**
 * Where a node stands in the text that it was read from. What was not edited is written from there, so that quotes,
 * references, white space in tags and line ends stay as they were.
 */
export interface Origin {
  readonly source: string;
  /** Of an element: its start tag. Offsets in UTF-16 units, end exclusive. */
  readonly from: number;
  readonly to: number;
  /** The end tag; undefined for `<a/>` and for what is no element. */
  end?: { readonly from: number; readonly to: number };
}

/** What a document has outside of its element: XML declaration, comments, white space. */
export interface Surroundings {
  readonly before: string;
  readonly after: string;
}

// Beside the tree and not in it: nodes stay plain values that anybody can make, compare and copy.
export const origins = new WeakMap<XmlNode, Origin>();
export const surroundings = new WeakMap<XmlElement, Surroundings>();

/** Line and column, both from 1, of an offset; columns count characters. */
export function placeAt(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  const lineStart = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  return { line: before.split(/\r\n|\r|\n/).length, column: [...before.slice(lineStart)].length + 1 };
}

/** Where a node was read from; undefined for one that was made. */
export function placeOf(node: XmlNode): { line: number; column: number } | undefined {
  const origin = origins.get(node);
  return origin && placeAt(origin.source, origin.from);
}

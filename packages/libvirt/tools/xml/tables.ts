/** Brings elements that are alike together, names them, and shares them out among the tables of the kinds of documents. */

import { printPattern } from '../../src/xml/schema/notation.ts';
import { choice, group, interleave, NOT_ALLOWED, type Pattern, repeat } from '../../src/xml/schema/pattern.ts';
import { type Shape, shapeOf } from '../../src/xml/schema/shape.ts';
import type { ElementRow } from './rng.ts';

export interface TypeRow extends ElementRow {
  /** Referred to by patterns. */
  readonly id: string;
}

/** Replaces elements by others; what is not allowed vanishes. */
export function mapElements(pattern: Pattern, replace: (type: string) => Pattern): Pattern {
  const map = (each: Pattern) => mapElements(each, replace);
  switch (pattern.kind) {
    case 'element':
      return replace(pattern.type);
    case 'group':
      return group(...pattern.of.map(map));
    case 'interleave':
      return interleave(...pattern.of.map(map));
    case 'choice':
      return choice(...pattern.of.map(map));
    case 'repeat':
      return repeat(map(pattern.of));
    default:
      return pattern;
  }
}

/**
 * One row for all elements that no document can tell apart: rows of the same name are split for as long as they refer
 * to rows that were split (the way in which automata are minimised).
 */
export function minimise(elements: readonly ElementRow[]): Map<string, TypeRow> {
  const forbidden = (type: string): Pattern =>
    elements[Number(type)]!.content === NOT_ALLOWED ? NOT_ALLOWED : { kind: 'element', type };
  const contents = elements.map(({ content }) => mapElements(content, forbidden));
  let classes = elements.map(({ name }) => name);
  for (let before = 0, after = new Set(classes).size; before !== after; ) {
    const signatures = contents.map((content, n) =>
      content === NOT_ALLOWED
        ? 'none'
        : `${elements[n]!.name} ${printPattern(content, (type) => classes[Number(type)]!)}`,
    );
    const numbers = new Map([...new Set(signatures)].map((each, n) => [each, String(n)]));
    classes = signatures.map((each) => numbers.get(each)!);
    before = after;
    after = numbers.size;
  }
  const rows = new Map<string, TypeRow>();
  const merge = (type: string): Pattern => ({ kind: 'element', type: classes[Number(type)]! });
  for (const [n, id] of classes.entries())
    if (!rows.has(id)) rows.set(id, { id, name: elements[n]!.name, content: mapElements(contents[n]!, merge) });
  // Where the original number leads to.
  for (const [n, id] of classes.entries()) rows.set(`#${n}`, rows.get(id)!);
  return rows;
}

/** Types that stand at the same place of a plain object have one shape and one interface. */
export interface Merged {
  readonly types: readonly string[];
  readonly shape: Shape;
  readonly name: string;
}

export const mergedKey = (types: readonly string[]): string => [...types].sort().join(' ');

/** Every shape that can be reached from the roots, with a name that is unique: `Disk`, `DiskSource`. */
export function nameShapes(roots: readonly TypeRow[], rows: ReadonlyMap<string, TypeRow>, taken: Set<string>) {
  const found = new Map<string, Merged>();
  let queue = roots.map(({ id, name }) => ({ types: [id], path: [name] }));
  while (queue.length > 0) {
    const next: typeof queue = [];
    for (const { types, path } of queue) {
      const key = mergedKey(types);
      if (found.has(key)) continue;
      const content = types.map((type) => rows.get(type)!.content);
      const shape = shapeOf(path.at(-1)!, content, (type) => rows.get(type)!.name);
      const name = uniqueName(path, taken);
      found.set(key, { types, shape, name });
      const below = [...shape.children.values()].map((each) => ({
        types: [...each.types],
        path: [...path, each.name],
      }));
      next.push(...below);
    }
    // Devices give the plain names: DiskSource is what disks have, also where a firmware's image has the same.
    queue = next.sort((a, b) => Number(b.path.includes('devices')) - Number(a.path.includes('devices')));
  }
  return found;
}

/** As few names of the path as needed, from the end on. */
function uniqueName(path: readonly string[], taken: Set<string>): string {
  for (let n = 1; n <= path.length; n++) {
    const name = path.slice(-n).map(pascal).join('');
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
  for (let n = 2; ; n++) {
    const name = `${path.slice(-2).map(pascal).join('')}${n}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

/** A type that stands alone is called as its interface; alternatives of one are numbered. */
export function typeNames(
  shapes: ReadonlyMap<string, Merged>,
  rows: ReadonlyMap<string, TypeRow>,
): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const bySize = [...shapes.values()].sort((a, b) => a.types.length - b.types.length);
  for (const { types, name } of bySize) {
    for (const type of types) {
      if (names.has(type)) continue;
      let own = types.length === 1 ? name : `${name}.1`;
      for (let n = 2; taken.has(own); n++) own = `${name}.${n}`;
      taken.add(own);
      names.set(type, own);
    }
  }
  for (const { id, name } of rows.values()) if (!names.has(id)) names.set(id, `${pascal(name)}.${id}`);
  return names;
}

export const pascal = (name: string): string =>
  name.replace(/(?:^|[^a-zA-Z0-9]+)([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Element types and data types that a pattern refers to. */
export function referred(pattern: Pattern): { elements: string[]; data: string[] } {
  const elements: string[] = [];
  const data: string[] = [];
  const visit = (each: Pattern): void => {
    if (each.kind === 'element') elements.push(each.type);
    else if (each.kind === 'data') data.push(each.type);
    else if (each.kind === 'attribute') visit(each.value);
    else if (each.kind === 'repeat') visit(each.of);
    else if ('of' in each) each.of.forEach(visit);
  };
  visit(pattern);
  return { elements, data };
}

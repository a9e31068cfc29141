import { LibvirtError } from '../errors.ts';
import { trimSpace } from './characters.ts';
import type { XmlElement } from './element.ts';

/** The first element at a path of names below `parent`: `child(domain, 'devices', 'disk')`. */
export function child(parent: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let at = parent;
  for (const name of path)
    at = at?.children.find((each): each is XmlElement => each.type === 'element' && each.name === name);
  return at;
}

/** All elements directly below `parent`, or those of one name. */
export function children(parent: XmlElement | undefined, name?: string): XmlElement[] {
  if (!parent) return [];
  return parent.children.filter(
    (each): each is XmlElement => each.type === 'element' && (name === undefined || each.name === name),
  );
}

/** All elements of a name at any depth, in document order. */
export function descendants(parent: XmlElement | undefined, name: string): XmlElement[] {
  return children(parent).flatMap((each) => [...(each.name === name ? [each] : []), ...descendants(each, name)]);
}

/** The text at a path, white space trimmed; undefined where the element is missing. */
export function text(parent: XmlElement | undefined, ...path: string[]): string | undefined {
  const at = child(parent, ...path);
  if (!at) return undefined;
  const parts = at.children.map((each) => (each.type === 'text' || each.type === 'cdata' ? each.text : ''));
  return trimSpace(parts.join(''));
}

/** An attribute's value; undefined where there is none, or no element. */
export function attribute(of: XmlElement | undefined, name: string): string | undefined {
  return of?.attributes[name];
}

/** A whole number, decimal or 0x…; undefined where there is none, INVALID_XML where it is something else. */
export function integer(value: string | undefined, what = 'value'): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (/^(-?\d+|0x[0-9a-f]+)$/i.test(value) && Number.isSafeInteger(number)) return number;
  throw new LibvirtError({ code: 'INVALID_XML', message: `${what}: '${value}' is no whole number` });
}

const POWERS: Record<string, number> = { k: 1, m: 2, g: 3, t: 4, p: 5, e: 6 };

/**
 * Bytes of libvirt's scaled numbers: `<memory unit="GiB">4</memory>`. `b`, `bytes`: 1; `k`, `KiB`: 1024; `KB`: 1000; and
 * so on to E. Without a unit the element's own default counts: 'KiB' for memory, 'bytes' for volumes.
 * Source: formatdomain "memory", virScaleInteger.
 */
export function sizeInBytes(of: XmlElement | undefined, defaultUnit: 'KiB' | 'bytes' = 'KiB'): number | undefined {
  const value = text(of);
  const number = integer(value, `<${of?.name}>`);
  return number === undefined ? undefined : number * unitBytes(attribute(of, 'unit') ?? defaultUnit);
}

/**
 * How many bytes a unit of libvirt's sizes is: `KiB` and `K` 1024, `KB` 1000, `b` and `bytes` 1; INVALID_XML for
 * others.
 */
export function unitBytes(unit: string): number {
  if (/^(b|bytes?)$/i.test(unit)) return 1;
  const match = /^([kmgtpe])(ib|b)?$/i.exec(unit);
  if (!match) throw new LibvirtError({ code: 'INVALID_XML', message: `'${unit}' is no unit of size` });
  const base = match[2]?.toLowerCase() === 'b' ? 1000 : 1024;
  return base ** POWERS[match[1]!.toLowerCase()]!;
}

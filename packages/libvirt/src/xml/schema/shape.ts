import { choice, EMPTY, type Pattern } from './pattern.ts';

/** What of an element is a property of its plain object. */
export interface Shape {
  /** Property → place in XML, in the schema's order: first attributes, then children, then text. */
  readonly properties: ReadonlyMap<string, Property>;
  /** Element name → property. */
  readonly children: ReadonlyMap<string, ChildProperty>;
  readonly form: 'object' | 'text' | 'flag' | 'any';
}

export type Property = AttributeProperty | ChildProperty | TextProperty;

interface Described {
  readonly property: string;
  readonly required: boolean;
}

export interface AttributeProperty extends Described {
  readonly kind: 'attribute';
  readonly name: string;
  readonly value: Pattern;
}

export interface ChildProperty extends Described {
  readonly kind: 'child';
  readonly name: string;
  readonly many: boolean;
  /** The types that the schema has for it, depending on what is around. */
  readonly types: readonly string[];
  /** The place among all children. */
  readonly order: number;
}

export interface TextProperty extends Described {
  readonly kind: 'text';
  readonly value: Pattern;
}

interface Count {
  min: number;
  max: number;
  readonly found: Pattern[];
}

/** `nameOf` tells the name of an element of a type, with the prefix that libvirt's own documentation uses. */
export function shapeOf(self: string, alternatives: readonly Pattern[], nameOf: (type: string) => string): Shape {
  const counts = count(choice(...alternatives), nameOf);
  const properties = new Map<string, Property>();
  const children = new Map<string, ChildProperty>();
  const textual = counts.get('#text');
  const add = <Kind extends Property>(property: Kind): Kind => {
    properties.set(property.property, property);
    return property;
  };
  for (const [key, { min, found }] of counts) {
    if (!key.startsWith('@')) continue;
    const value = choice(...found.map((each) => (each.kind === 'attribute' ? each.value : each)));
    add({ kind: 'attribute', property: key.slice(1), name: key.slice(1), required: min > 0, value });
  }
  for (const [key, { min, max, found }] of counts) {
    if (key.startsWith('@') || key.startsWith('#')) continue;
    const many = max > 1;
    // `<features>` beside many `<feature>`: the latter stay in the singular.
    const names = [propertyName(key, self, many), propertyName(key, self, false)];
    const name = names.find((each) => !properties.has(each) && (!many || each === key || !counts.has(each)));
    const types = [...new Set(found.map((each) => (each.kind === 'element' ? each.type : '')))];
    children.set(
      key,
      add({
        kind: 'child',
        property: name ?? `${names[1]}Element`,
        name: key,
        required: min > 0,
        many,
        types,
        order: children.size,
      }),
    );
  }
  if (textual) {
    const optional = textual.min === 0 ? [EMPTY] : [];
    const property = properties.has('value') ? 'text' : 'value';
    add({ kind: 'text', property, required: textual.min > 0, value: choice(...textual.found, ...optional) });
  }
  return { properties, children, form: form(counts, properties, textual !== undefined) };
}

function form(counts: ReadonlyMap<string, Count>, properties: ReadonlyMap<string, Property>, text: boolean) {
  if (counts.has('#any')) return 'any';
  if (properties.size === 0) return 'flag';
  return properties.size === 1 && text ? 'text' : 'object';
}

/** How often what may occur; keys are `@attribute`, `element`, `#text` and `#any`. */
function count(pattern: Pattern, nameOf: (type: string) => string): Map<string, Count> {
  const one = (key: string) => new Map<string, Count>([[key, { min: 1, max: 1, found: [pattern] }]]);
  switch (pattern.kind) {
    case 'empty':
    case 'notAllowed':
      return new Map();
    case 'attribute':
      return one(`@${pattern.name}`);
    case 'element':
      return one(nameOf(pattern.type));
    case 'any':
      return one('#any');
    case 'text':
    case 'value':
    case 'data':
      return one('#text');
    case 'repeat': {
      const counts = count(pattern.of, nameOf);
      for (const each of counts.values()) each.max = Number.POSITIVE_INFINITY;
      return counts;
    }
    case 'group':
    case 'interleave':
      return merged(pattern.of, nameOf, (a, b) => ({
        min: a.min + b.min,
        max: a.max + b.max,
        found: [...a.found, ...b.found],
      }));
    case 'choice':
      return merged(pattern.of, nameOf, (a, b) => ({
        min: Math.min(a.min, b.min),
        max: Math.max(a.max, b.max),
        found: [...a.found, ...b.found],
      }));
  }
}

function merged(
  of: readonly Pattern[],
  nameOf: (type: string) => string,
  join: (a: Count, b: Count) => Count,
): Map<string, Count> {
  const parts = of.map((each) => count(each, nameOf));
  const none: Count = { min: 0, max: 0, found: [] };
  const keys = new Set(parts.flatMap((part) => [...part.keys()]));
  return new Map([...keys].map((key) => [key, parts.map((part) => part.get(key) ?? none).reduce(join)]));
}

/** Names are as in XML; what may be there several times is in the plural: `disks`, `addresses`, `entries`. */
function propertyName(name: string, self: string, many: boolean): string {
  const prefix = /^[^:]+:/.exec(name)?.[0] ?? '';
  const short = prefix !== '' && self.startsWith(prefix) ? name.slice(prefix.length) : name;
  if (!many) return short;
  if (/[^aeiou]y$/.test(short)) return short.replace(/y$/, 'ies');
  if (/(ss|us|x|ch|sh)$/.test(short)) return `${short}es`;
  return short.endsWith('s') ? short : `${short}s`;
}

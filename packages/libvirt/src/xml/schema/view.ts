import { isBlank, trimSpace } from '../characters.ts';
import { cloneXml } from '../edit.ts';
import type { XmlElement } from '../element.ts';
import { placeOf } from '../origin.ts';
import { writeXml } from '../write.ts';
import { XmlError } from '../xml-error.ts';
import { Builder, join, kindOf } from './build.ts';
import type { Pattern } from './pattern.ts';
import { arrange, insertChild, setOwnText } from './place.ts';
import type { Schema } from './schema.ts';
import type { Scope } from './scope.ts';
import type { AttributeProperty, ChildProperty, Property, Shape, TextProperty } from './shape.ts';
import { allows, offer, short, textKind } from './text.ts';

/** An element with what is needed to understand it. */
export interface Seen {
  readonly schema: Schema;
  readonly element: XmlElement;
  readonly types: readonly string[];
  /** The element's own. */
  readonly scope: Scope;
  readonly path: string;
}

const seen = new WeakMap<object, Seen>();
const views = new WeakMap<XmlElement, object>();

export function seenBy(view: object): Seen | undefined {
  return seen.get(view);
}

/** The properties of an element as its schema has them, read from the tree and written to it whenever they are used. */
export function viewOf(of: Seen): object {
  const known = views.get(of.element);
  if (known) return known;
  const view = new Proxy(inspectable(of), handler(of));
  views.set(of.element, view);
  seen.set(view, of);
  return view;
}

/** A copy that is no longer tied to the tree. */
export function plainCopy(of: Seen): Record<string, unknown> {
  const entries = presentProperties(of).map((property) => {
    const value = read(of, property);
    const copy = (each: unknown) => {
      const below = typeof each === 'object' && each !== null ? seen.get(each) : undefined;
      return below ? plainCopy(below) : isTree(each) ? cloneXml(each) : each;
    };
    return [property.property, Array.isArray(value) ? value.map(copy) : copy(value)];
  });
  return Object.fromEntries(entries);
}

/** Node's console looks through proxies at what is behind them. */
function inspectable(of: Seen): object {
  const inspect = { value: () => plainCopy(of), configurable: true };
  return Object.defineProperty({}, Symbol.for('nodejs.util.inspect.custom'), inspect);
}

function handler(of: Seen): ProxyHandler<object> {
  const shape = of.schema.shapeOf(of.types);
  const find = (key: string | symbol) => (typeof key === 'string' ? shape.properties.get(key) : undefined);
  return {
    get: (target, key) => {
      const property = find(key);
      if (property) return read(of, property);
      return key === 'toString' ? () => writeXml(of.element) : Reflect.get(target, key, target);
    },
    set: (_, key, value: unknown) => {
      const property = find(key);
      if (!property) throw error(of, `is no property of <${of.element.name}>`, join(of.path, String(key)));
      write(of, shape, property, value);
      return true;
    },
    deleteProperty: (_, key) => {
      const property = find(key);
      if (property) write(of, shape, property, undefined);
      return true;
    },
    has: (_, key) => {
      const property = find(key);
      return property !== undefined && isPresent(of, property);
    },
    ownKeys: () => presentProperties(of).map(({ property }) => property),
    getOwnPropertyDescriptor: (_, key) => {
      const property = find(key);
      if (!property || !isPresent(of, property)) return undefined;
      return { value: read(of, property), enumerable: true, configurable: true, writable: true };
    },
  };
}

function read(of: Seen, property: Property): unknown {
  const at = join(of.path, property.property);
  if (!isPresent(of, property)) {
    if (property.required) throw error(of, 'is missing', at);
    return undefined;
  }
  if (property.kind === 'attribute') return scalar(of, property.value, of.element.attributes[property.name]!, at);
  if (property.kind === 'text') return scalar(of, property.value, ownText(of.element), at);
  const children = childrenOf(of, property);
  if (!property.many) return readChild(of, property, children[0]!, at);
  return Object.freeze(children.map((child, n) => readChild(of, property, child, `${at}[${n}]`)));
}

function readChild(of: Seen, property: ChildProperty, child: XmlElement, path: string): unknown {
  const shape = of.schema.shapeOf(property.types);
  const below: Seen = { ...of, element: child, types: property.types, scope: of.scope.within(child), path };
  switch (shape.form) {
    case 'any':
      return child;
    case 'flag':
      return true;
    case 'text':
      return scalar(below, onlyText(shape).value, ownText(child), path);
    case 'object':
      return viewOf(below);
  }
}

function write(of: Seen, shape: Shape, property: Property, value: unknown): void {
  const at = join(of.path, property.property);
  if (property.kind === 'child') writeChildren(of, shape, property, value, at);
  else writeText(of, property, value, at);
}

function writeText(of: Seen, property: AttributeProperty | TextProperty, value: unknown, path: string): void {
  const text = value === undefined ? undefined : new Builder(of.schema, elementOf).text(property.value, value, path);
  if (property.kind === 'text') setOwnText(of.element, text ?? '');
  else if (text === undefined) delete of.element.attributes[property.name];
  else of.element.attributes[property.name] = text;
}

function writeChildren(of: Seen, shape: Shape, property: ChildProperty, value: unknown, path: string): void {
  const builder = new Builder(of.schema, elementOf);
  const before = childrenOf(of, property);
  const form = of.schema.shapeOf(property.types);
  const [only] = before;
  if (!property.many && value !== undefined && form.form === 'text' && only) {
    setOwnText(only, builder.text(onlyText(form).value, value, path));
    return;
  }
  const wanted = value === undefined ? [] : property.many ? value : [value];
  if (!Array.isArray(wanted)) throw error(of, `${kindOf(wanted)} where an array was expected`, path);
  const after = wanted.map((each: unknown, n) => {
    const own = typeof each === 'object' && each !== null ? (elementOf(each) ?? each) : each;
    const stays = before.find((old) => old === own && wanted.indexOf(each) === n);
    return stays ?? builder.child(property, each, property.many ? `${path}[${n}]` : path);
  });
  const nameOf = (child: XmlElement) => of.scope.within(child).nameOf(child);
  arrange(of.element, before, after, (made) => insertChild(of.element, made, shape, nameOf));
}

function presentProperties(of: Seen): Property[] {
  return [...of.schema.shapeOf(of.types).properties.values()].filter((each) => isPresent(of, each));
}

function isPresent(of: Seen, property: Property): boolean {
  if (property.kind === 'attribute') return of.element.attributes[property.name] !== undefined;
  if (property.kind === 'text') return property.required || ownText(of.element) !== '';
  return childrenOf(of, property).length > 0;
}

function childrenOf(of: Seen, property: ChildProperty): XmlElement[] {
  return of.element.children.filter(
    (each): each is XmlElement => each.type === 'element' && of.scope.within(each).nameOf(each) === property.name,
  );
}

function scalar(of: Seen, pattern: Pattern, text: string, path: string): string | number {
  const kind = textKind(of.schema, pattern);
  if (kind.string) return text;
  const word = trimSpace(text);
  if (!kind.number || kind.words.includes(word)) return word;
  const number = Number(word);
  const sound = word !== '' && (Number.isInteger(number) ? Number.isSafeInteger(number) : !Number.isNaN(number));
  if (sound) return number;
  const why = allows(of.schema, pattern, text)
    ? 'fits no number exactly'
    : `is not allowed; ${offer(of.schema, pattern)} is`;
  throw error(of, `'${short(text)}' ${why}`, path);
}

function onlyText(shape: Shape): { readonly value: Pattern } {
  const [property] = shape.properties.values();
  return property?.kind === 'text' ? property : { value: { kind: 'text' } };
}

/** White space between children is none of an element's text. */
function ownText(of: XmlElement): string {
  const text = of.children.map((each) => (each.type === 'text' || each.type === 'cdata' ? each.text : '')).join('');
  return isBlank(text) && of.children.some((each) => each.type === 'element') ? '' : text;
}

function elementOf(value: object): XmlElement | undefined {
  return seen.get(value)?.element;
}

function isTree(value: unknown): value is XmlElement {
  return typeof value === 'object' && value !== null && !seen.has(value) && (value as XmlElement).type === 'element';
}

function error(of: Seen, problem: string, path: string): XmlError {
  return new XmlError(problem, { ...placeOf(of.element), path });
}

import { cloneXml } from '../edit.ts';
import { element, type XmlElement } from '../element.ts';
import { XmlError } from '../xml-error.ts';
import { Matcher } from './match.ts';
import type { Pattern } from './pattern.ts';
import type { Schema } from './schema.ts';
import type { ChildProperty, Shape } from './shape.ts';
import { allows, list, offer, short } from './text.ts';

/** Makes elements from plain objects; what is no property or no value for it is refused with its path. */
export class Builder {
  readonly #schema: Schema;
  /** The element behind a value that is a view of one. */
  readonly #elementOf: (value: object) => XmlElement | undefined;
  readonly #matcher: Matcher;

  constructor(schema: Schema, elementOf: (value: object) => XmlElement | undefined) {
    this.#schema = schema;
    this.#elementOf = elementOf;
    this.#matcher = new Matcher(schema);
  }

  /** One child; `declared` is the prefix that is in force already. */
  child(of: Pick<ChildProperty, 'name' | 'types'>, value: unknown, path: string, declared?: string): XmlElement {
    const viewed = typeof value === 'object' && value !== null ? this.#elementOf(value) : undefined;
    if (viewed) return sameName(cloneXml(viewed), of.name, path);
    const prefix = /^[^:]+(?=:)/.exec(of.name)?.[0];
    const shape = this.#schema.shapeOf(of.types);
    const made = this.#content(of.name, shape, value, path, prefix ?? declared);
    // The order may depend on what is there.
    const texts = made.children.filter((each) => each.type !== 'element');
    if (shape.form === 'object') made.children = [...texts, ...this.#matcher.inOrder(made, of.types)];
    const uri = [...this.#schema.prefixes].find(([, known]) => known === prefix)?.[0];
    if (uri !== undefined && prefix !== declared) made.attributes[`xmlns:${prefix}`] = uri;
    return made;
  }

  /** The text of a value that fits a pattern. */
  text(pattern: Pattern, value: unknown, path: string): string {
    const scalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
    const text = scalar ? String(value) : undefined;
    if (text !== undefined && allows(this.#schema, pattern, text)) return text;
    const shown = text === undefined ? kindOf(value) : `'${short(text)}'`;
    throw new XmlError(`${shown} is not allowed; ${offer(this.#schema, pattern)} is`, { path });
  }

  #content(name: string, shape: Shape, value: unknown, path: string, declared: string | undefined): XmlElement {
    switch (shape.form) {
      case 'any':
        if (isElement(value)) return sameName(cloneXml(value), name, path);
        throw new XmlError(`${kindOf(value)} where an element <${name}> was expected`, { path });
      case 'flag':
        if (value === true) return element(name);
        throw new XmlError(`${kindOf(value)} is not allowed; true is, or nothing`, { path });
      case 'text': {
        const [property] = shape.properties.values();
        const text = this.text(property?.kind === 'text' ? property.value : { kind: 'text' }, value, path);
        return element(name, {}, ...(text === '' ? [] : [text]));
      }
      case 'object':
        return this.#object(name, shape, value, path, declared);
    }
  }

  #object(name: string, shape: Shape, value: unknown, path: string, declared: string | undefined): XmlElement {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new XmlError(`${kindOf(value)} where an object was expected`, { path });
    const given = new Map(Object.entries(value).filter(([, each]) => each !== undefined));
    for (const key of given.keys()) {
      if (shape.properties.has(key)) continue;
      throw new XmlError(`is no property of <${name}>; ${list([...shape.properties.keys()])} are`, {
        path: join(path, key),
      });
    }
    const made = element(name);
    for (const property of shape.properties.values()) {
      const each = given.get(property.property);
      if (each === undefined) continue;
      const at = join(path, property.property);
      if (property.kind === 'attribute') made.attributes[property.name] = this.text(property.value, each, at);
      else if (property.kind === 'text')
        made.children.push({ type: 'text', text: this.text(property.value, each, at) });
      else if (!property.many) made.children.push(this.child(property, each, at, declared));
      else made.children.push(...this.many(property, each, at, declared));
    }
    return made;
  }

  many(property: ChildProperty, value: unknown, path: string, declared?: string): XmlElement[] {
    if (!Array.isArray(value)) throw new XmlError(`${kindOf(value)} where an array was expected`, { path });
    return value.map((each: unknown, n) => this.child(property, each, `${path}[${n}]`, declared));
  }
}

export const join = (path: string, property: string): string => (path === '' ? property : `${path}.${property}`);

export function kindOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function isElement(value: unknown): value is XmlElement {
  return typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'element';
}

function sameName(made: XmlElement, name: string, path: string): XmlElement {
  if (made.name === name) return made;
  throw new XmlError(`<${made.name}> where <${name}> was expected`, { path });
}

import type { XmlElement } from '../element.ts';
import type { Schema } from './schema.ts';

/** The namespaces that are declared where an element stands. Source: Namespaces in XML 1.0, section 6. */
export class Scope {
  readonly #schema: Schema;
  readonly #declared: Readonly<Record<string, string>>;

  private constructor(schema: Schema, declared: Readonly<Record<string, string>>) {
    this.#schema = schema;
    this.#declared = declared;
  }

  static outermost(schema: Schema): Scope {
    return new Scope(schema, {});
  }

  /** The scope in which the names of an element and of what is in it are read. */
  within(element: XmlElement): Scope {
    const names = Object.keys(element.attributes).filter(isDeclaration);
    if (names.length === 0) return this;
    const own = names.map((name) => [name.slice(6), element.attributes[name]!]);
    return new Scope(this.#schema, { ...this.#declared, ...Object.fromEntries(own) });
  }

  /** The name of an element by which the schema knows it; its own scope is this one. */
  nameOf(element: XmlElement): string {
    const [prefix, local] = element.name.includes(':') ? element.name.split(':', 2) : ['', element.name];
    const uri = this.#declared[prefix!];
    if (uri === undefined || uri === '') return element.name;
    return `${this.#schema.prefixes.get(uri) ?? `{${uri}}`}:${local}`;
  }
}

/** `xmlns="…"` or `xmlns:qemu="…"`. */
export function isDeclaration(attribute: string): boolean {
  return attribute === 'xmlns' || attribute.startsWith('xmlns:');
}

/**
 * Reads RELAX NG schemas (XML syntax) into patterns. Names of definitions are resolved; every element becomes an entry
 * of `elements`, and patterns refer to it by its number, since schemas are recursive through elements alone.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attribute, children, parseXml, text, type XmlElement } from '../../src/xml/index.ts';
import {
  ANY,
  choice,
  type DataType,
  EMPTY,
  group,
  interleave,
  NOT_ALLOWED,
  optional,
  type Pattern,
  repeat,
  TEXT,
} from '../../src/xml/schema/pattern.ts';
import { dataTypeOf } from './xsd.ts';

export interface ElementRow {
  /** With the conventional prefix of its namespace. */
  readonly name: string;
  content: Pattern;
}

interface Grammar {
  readonly definitions: Map<string, { nodes: XmlElement[][]; combine: string | undefined; pattern?: Pattern }>;
  readonly included: Set<string>;
}

/** Where an element stands: its grammar, its definition, the namespace that is in force. */
interface Scope {
  readonly grammar: Grammar;
  readonly definition: string;
  /** The element or attribute around it. */
  readonly place: string;
  readonly namespace: string;
}

export class RngReader {
  readonly elements: ElementRow[] = [];
  /** Data types, and choices of words that have a name; by their rule as JSON. */
  readonly data = new Map<string, DataType | Pattern>();
  readonly #hints = new Map<string, { definitions: string[]; places: string[] }>();
  /** Prefix → URI. */
  readonly namespaces = new Map<string, string>();
  readonly #pending: (() => void)[] = [];
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The pattern of a schema's start. */
  start(file: string): Pattern {
    const pattern = this.#grammar((grammar) => this.#include(grammar, file));
    for (let next = this.#pending.pop(); next; next = this.#pending.pop()) next();
    return pattern;
  }

  #grammar(fill: (grammar: Grammar) => void): Pattern {
    const grammar: Grammar = { definitions: new Map(), included: new Set() };
    fill(grammar);
    return this.#reference({ grammar, definition: 'start', place: '', namespace: '' }, 'start');
  }

  #include(grammar: Grammar, file: string): void {
    if (grammar.included.has(file)) return;
    grammar.included.add(file);
    this.#define(grammar, parseXml(readFileSync(join(this.#folder, file), 'utf8')));
  }

  #define(grammar: Grammar, parent: XmlElement): void {
    for (const each of children(parent)) {
      if (each.name === 'include') {
        if (children(each).length > 0) throw new Error(`include of ${attribute(each, 'href')} overrides definitions`);
        this.#include(grammar, attribute(each, 'href')!);
      } else if (each.name === 'define' || each.name === 'start') {
        const name = attribute(each, 'name') ?? 'start';
        const known = grammar.definitions.get(name) ?? { nodes: [], combine: undefined };
        known.nodes.push(children(each));
        known.combine ??= attribute(each, 'combine');
        grammar.definitions.set(name, known);
      } else throw new Error(`<${each.name}> in a grammar`);
    }
  }

  #reference(from: Scope, name: string): Pattern {
    const definition = from.grammar.definitions.get(name);
    if (!definition) throw new Error(`no definition of ${name}`);
    if (definition.pattern) return definition.pattern;
    const scope = { ...from, definition: name, namespace: '' };
    const patterns = definition.nodes.map((nodes) => group(...nodes.map((node) => this.#pattern(node, scope))));
    if (patterns.length > 1 && definition.combine === undefined) throw new Error(`${name} is defined twice`);
    const pattern = definition.combine === 'interleave' ? interleave(...patterns) : choice(...patterns);
    definition.pattern = this.#isWords(pattern) ? this.#data(pattern, name) : pattern;
    if (definition.pattern.kind === 'data') this.#hints.get(definition.pattern.type)!.definitions.push(name);
    return definition.pattern;
  }

  #pattern(node: XmlElement, scope: Scope): Pattern {
    const below = () => children(node).map((each) => this.#pattern(each, scope));
    switch (node.name) {
      case 'element':
        return this.#element(node, scope);
      case 'attribute':
        return this.#attribute(node, scope);
      case 'ref':
        return this.#reference(scope, attribute(node, 'name')!);
      case 'grammar':
        return this.#grammar((grammar) => this.#define(grammar, node));
      case 'group':
        return group(...below());
      case 'interleave':
        return interleave(...below());
      case 'choice':
        return choice(...below());
      case 'optional':
        return optional(group(...below()));
      case 'oneOrMore':
        return repeat(group(...below()));
      case 'zeroOrMore':
        return optional(repeat(group(...below())));
      case 'empty':
        return EMPTY;
      case 'notAllowed':
        return NOT_ALLOWED;
      case 'text':
        return TEXT;
      case 'value':
        return { kind: 'value', value: text(node)! };
      case 'data':
        return this.#data(dataTypeOf(node), scope.place);
      default:
        throw new Error(`<${node.name}> in ${scope.definition}`);
    }
  }

  #element(node: XmlElement, scope: Scope): Pattern {
    const [first] = children(node);
    if (first?.name === 'anyName') return ANY;
    const namespace = attribute(node, 'ns') ?? scope.namespace;
    const number = this.elements.length;
    const name = this.#qualified(attribute(node, 'name')!, namespace);
    const row: ElementRow = { name, content: NOT_ALLOWED };
    this.elements.push(row);
    const inner = { ...scope, namespace, place: name };
    // Later, since definitions refer to themselves through elements.
    this.#pending.push(() => {
      row.content = group(...children(node).map((each) => this.#pattern(each, inner)));
    });
    return { kind: 'element', type: String(number) };
  }

  /** `…/schemas/domain/qemu/1.0` has the prefix `qemu`, as in libvirt's documentation. */
  #qualified(name: string, namespace: string): string {
    if (namespace === '') return name;
    const prefix = namespace.split('/').at(-2)!;
    this.namespaces.set(prefix, namespace);
    return `${prefix}:${name}`;
  }

  #attribute(node: XmlElement, scope: Scope): Pattern {
    const [content] = children(node);
    const name = attribute(node, 'name');
    if (name === undefined) throw new Error(`an attribute without a name in ${scope.definition}`);
    const inner = { ...scope, place: name };
    const value = content ? choice(...children(node).map((each) => this.#pattern(each, inner))) : TEXT;
    return value === NOT_ALLOWED ? NOT_ALLOWED : { kind: 'attribute', name, value };
  }

  /** Words and data types that stand for one text: worth a name of their own. */
  #isWords(pattern: Pattern): boolean {
    const textual = (each: Pattern) => each.kind === 'value' || each.kind === 'data';
    return pattern.kind === 'choice' && pattern.of.every(textual);
  }

  #data(rule: DataType | Pattern, place: string): Pattern {
    const key = JSON.stringify(rule);
    this.data.set(key, rule);
    const hints = this.#hints.get(key) ?? { definitions: [], places: [] };
    hints.places.push(place);
    this.#hints.set(key, hints);
    return { kind: 'data', type: key };
  }

  /** Rule as JSON → a short name: that of a definition which is nothing else, or of the first place where it stands. */
  dataNames(): Map<string, string> {
    const taken = new Set<string>();
    const names = new Map<string, string>();
    const defined = [...this.#hints].sort(
      (a, b) => Number(b[1].definitions.length > 0) - Number(a[1].definitions.length > 0),
    );
    for (const [key, { definitions, places }] of defined) {
      const hint = [...definitions, ...places].find((each) => !taken.has(each)) ?? places[0]!;
      let name = hint;
      for (let n = 2; taken.has(name); n++) name = `${hint}${n}`;
      taken.add(name);
      names.set(key, name);
    }
    return names;
  }
}

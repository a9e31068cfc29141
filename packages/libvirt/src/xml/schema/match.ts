import { isBlank } from '../characters.ts';
import type { XmlElement } from '../element.ts';
import { after, firsts, leaves, mapLeaves, nullable, required } from './derivative.ts';
import { choice, EMPTY, NOT_ALLOWED, type Pattern } from './pattern.ts';
import type { Schema } from './schema.ts';
import { isDeclaration, Scope } from './scope.ts';
import { allows, list, offer, short } from './text.ts';

/** Why a document does not fit the schema. */
export interface Mismatch {
  /** Property names from the element of the document on: `devices.disks[0].target.dev`. */
  readonly path: string;
  readonly element: XmlElement;
  readonly message: string;
}

/**
 * Checks an element against a type. What is left of a pattern after an attribute, a text or a child is again a pattern
 * ("derivative"), and what that still allows is what a message can offer.
 */
export function findMismatch(schema: Schema, element: XmlElement, types: readonly string[]): Mismatch | undefined {
  return new Matcher(schema).best(element, types, Scope.outermost(schema).within(element), '');
}

/** An element with the type by which it is read, and where it stands. */
interface At {
  readonly element: XmlElement;
  readonly type: string;
  readonly scope: Scope;
  readonly path: string;
}

export class Matcher {
  readonly #schema: Schema;
  /** A child may be tried several times, by alternatives that share its type. */
  readonly #known = new WeakMap<XmlElement, Map<string, Mismatch | undefined>>();

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  /** Undefined if one of the types fits; else what is wrong with the type that comes farthest. */
  best(element: XmlElement, types: readonly string[], scope: Scope, path: string): Mismatch | undefined {
    let best: Mismatch | undefined;
    for (const type of types) {
      const mismatch = this.#remembered({ element, type, scope, path });
      if (!mismatch) return undefined;
      if (!best || mismatch.path.length > best.path.length) best = mismatch;
    }
    return best;
  }

  /** The children in an order that one of the types allows; in the given one if there is none. */
  inOrder(element: XmlElement, types: readonly string[]): XmlElement[] {
    const given = element.children.filter((each) => each.type === 'element');
    if (given.length < 2) return given;
    const scope = Scope.outermost(this.#schema).within(element);
    for (const type of types) {
      const ordered = this.#ordered({ element, type, scope, path: '' }, given);
      if (ordered) return ordered;
    }
    return given;
  }

  /** Takes what the pattern has first, again and again. */
  #ordered(at: At, given: readonly XmlElement[]): XmlElement[] | undefined {
    const waiting = Map.groupBy(given, (child) => at.scope.within(child).nameOf(child));
    const ordered: XmlElement[] = [];
    let left = this.#startTag(at);
    while (!('message' in left) && ordered.length < given.length) {
      const from = left;
      const wanted = leaves(from).flatMap((leaf) => (leaf.kind === 'element' ? [this.#schema.nameOf(leaf.type)] : []));
      let after: Pattern = NOT_ALLOWED;
      for (const name of new Set(wanted)) {
        const child = waiting.get(name)?.[0];
        if (!child) continue;
        after = this.#afterChild(from, child, at.scope, '');
        if (after === NOT_ALLOWED) continue;
        ordered.push(waiting.get(name)!.shift()!);
        break;
      }
      if (after === NOT_ALLOWED) return undefined;
      left = after;
    }
    return 'message' in left ? undefined : ordered;
  }

  #remembered(at: At): Mismatch | undefined {
    const known = this.#known.get(at.element) ?? new Map<string, Mismatch | undefined>();
    this.#known.set(at.element, known);
    if (!known.has(at.type)) known.set(at.type, this.#check(at));
    return known.get(at.type);
  }

  #check(at: At): Mismatch | undefined {
    let left = this.#startTag(at);
    if (!('message' in left)) left = this.#children(at, left);
    if (!('message' in left)) left = this.#text(at, left);
    if ('message' in left) return left;
    return nullable(left) ? undefined : wrong(at, `${this.#missingChildren(left)} is missing`);
  }

  /** In the schema's order, since what an attribute `type` says decides about others. */
  #startTag(at: At): Pattern | Mismatch {
    const properties = [...this.#schema.shapeOf([at.type]).properties.values()];
    const known = properties.flatMap((each) => (each.kind === 'attribute' ? [each.name] : []));
    const given = Object.keys(at.element.attributes).filter((name) => !isDeclaration(name));
    const rank = (name: string) => (known.includes(name) ? known.indexOf(name) : known.length);
    let left = this.#schema.contentOf(at.type);
    for (const name of given.sort((a, b) => rank(a) - rank(b))) {
      const value = at.element.attributes[name]!;
      const next = this.#afterAttribute(left, name, value);
      if (next === NOT_ALLOWED) return wrong(at, this.#attributeProblem(left, name, value, known), name);
      left = next;
    }
    const over = mapLeaves(left, (leaf) => (leaf.kind === 'attribute' ? NOT_ALLOWED : leaf));
    return over === NOT_ALLOWED ? wrong(at, `${missingAttributes(left)} is missing`) : over;
  }

  #children(at: At, from: Pattern): Pattern | Mismatch {
    const shape = this.#schema.shapeOf([at.type]);
    const counts = new Map<string, number>();
    let left = from;
    for (const child of at.element.children) {
      if (child.type !== 'element') continue;
      const name = at.scope.within(child).nameOf(child);
      const index = counts.get(name) ?? 0;
      counts.set(name, index + 1);
      const property = shape.children.get(name);
      const step = property ? `${property.property}${property.many ? `[${index}]` : ''}` : name;
      const path = at.path === '' ? step : `${at.path}.${step}`;
      const next = this.#afterChild(left, child, at.scope, path);
      if (next === NOT_ALLOWED) return this.#childProblem(left, child, at.scope, path, property !== undefined);
      left = next;
    }
    return left;
  }

  /** White space around children, and in elements that may be empty, counts for nothing. */
  #text(at: At, left: Pattern): Pattern | Mismatch {
    const { children } = at.element;
    const text = children.map((each) => (each.type === 'text' || each.type === 'cdata' ? each.text : '')).join('');
    const blank = isBlank(text);
    if (blank && (nullable(left) || children.some((each) => each.type === 'element'))) return left;
    const next = this.#afterText(left, text);
    if (next !== NOT_ALLOWED) return next;
    const wanted = this.#textOffer(left);
    if (!blank) return wrong(at, `'${short(text)}' is not allowed${wanted === '' ? '' : `; ${wanted} is`}`);
    return wrong(at, wanted === '' ? `${this.#missingChildren(left)} is missing` : `is empty; ${wanted} is expected`);
  }

  #afterAttribute(left: Pattern, name: string, value: string): Pattern {
    return after(left, false, (leaf) =>
      leaf.kind === 'attribute' && leaf.name === name && allows(this.#schema, leaf.value, value) ? EMPTY : NOT_ALLOWED,
    );
  }

  #afterChild(left: Pattern, child: XmlElement, outer: Scope, path: string): Pattern {
    const scope = outer.within(child);
    const name = scope.nameOf(child);
    return after(left, true, (leaf) => {
      if (leaf.kind === 'any') return EMPTY;
      if (leaf.kind !== 'element' || this.#schema.nameOf(leaf.type) !== name) return NOT_ALLOWED;
      return this.#remembered({ element: child, type: leaf.type, scope, path }) ? NOT_ALLOWED : EMPTY;
    });
  }

  #afterText(left: Pattern, text: string): Pattern {
    return after(left, true, (leaf) => {
      if (leaf.kind === 'text') return leaf;
      return (leaf.kind === 'value' || leaf.kind === 'data') && allows(this.#schema, leaf, text) ? EMPTY : NOT_ALLOWED;
    });
  }

  #attributeProblem(left: Pattern, name: string, value: string, known: readonly string[]): string {
    const values = leaves(left).flatMap((leaf) =>
      leaf.kind === 'attribute' && leaf.name === name ? [leaf.value] : [],
    );
    if (values.length > 0) return `'${short(value)}' is not allowed; ${offer(this.#schema, choice(...values))} is`;
    return known.includes(name)
      ? 'does not go with the other attributes'
      : `is no attribute of this element; ${known.length === 0 ? 'it has none' : `${list(known)} are`}`;
  }

  #childProblem(left: Pattern, child: XmlElement, outer: Scope, path: string, known: boolean): Mismatch {
    const scope = outer.within(child);
    const types = firsts(left).flatMap((leaf) => (leaf.kind === 'element' ? [leaf.type] : []));
    const candidates = types.filter((type) => this.#schema.nameOf(type) === scope.nameOf(child));
    const problem = this.best(child, candidates, scope, path);
    if (problem) return problem;
    const next = list(
      types.map((type) => `<${this.#schema.nameOf(type)}>`),
      'or',
    );
    const why = known ? 'is not allowed with or after what is there already' : 'is not known here';
    return {
      path,
      element: child,
      message: `<${child.name}> ${why}; ${next === '' ? 'nothing more' : next} may follow`,
    };
  }

  #textOffer(left: Pattern): string {
    const texts = firsts(left).filter(({ kind }) => kind === 'value' || kind === 'data' || kind === 'text');
    return texts.length === 0 ? '' : offer(this.#schema, choice(...texts));
  }

  #missingChildren(left: Pattern): string {
    const names = required(left).flatMap((leaf) =>
      leaf.kind === 'element' ? [`<${this.#schema.nameOf(leaf.type)}>`] : [],
    );
    return names.length === 0 ? 'text' : list(names, 'or');
  }
}

function wrong({ element, path }: At, message: string, attribute?: string): Mismatch {
  const below = path === '' ? attribute : `${path}.${attribute}`;
  return { path: attribute === undefined ? path : below!, element, message };
}

function missingAttributes(of: Pattern): string {
  const attributes = mapLeaves(of, (leaf) => (leaf.kind === 'attribute' ? leaf : EMPTY));
  return `attribute ${list(
    required(attributes).flatMap((leaf) => (leaf.kind === 'attribute' ? [leaf.name] : [])),
    'or',
  )}`;
}

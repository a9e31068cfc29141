import fc from 'fast-check';
import { ILLEGAL } from '../characters.ts';
import { element, type XmlElement, type XmlNode } from '../element.ts';
import { allowsText } from '../schema/data-type.ts';
import { type DataType, EMPTY, type Pattern } from '../schema/pattern.ts';
import type { Schema } from '../schema/schema.ts';

/** Deeper, what is optional is left out. */
const DEPTH = 6;
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** Draws documents that fit a schema: every alternative, order and word that it allows comes up. */
export class RandomDocument {
  readonly #schema: Schema;
  readonly #draw: fc.GeneratorValue;
  readonly #rarity: number;

  /** `rarity`: of so many times that something may be left out, it gets a chance once. */
  constructor(schema: Schema, draw: fc.GeneratorValue, rarity = 1) {
    this.#schema = schema;
    this.#draw = draw;
    this.#rarity = rarity;
  }

  element(type: string, depth = 0): XmlElement {
    const name = this.#schema.nameOf(type);
    const [prefix] = name.includes(':') ? name.split(':') : [];
    const uri = [...this.#schema.prefixes].find(([, known]) => known === prefix)?.[0];
    const made = element(name, uri === undefined ? {} : { [`xmlns:${prefix}`]: uri });
    made.children = this.#content(this.#schema.contentOf(type), made, depth);
    return made;
  }

  #content(pattern: Pattern, into: XmlElement, depth: number): XmlNode[] {
    const below = (each: Pattern) => this.#content(each, into, depth);
    switch (pattern.kind) {
      case 'empty':
      case 'notAllowed':
        return [];
      case 'any':
        return [element('free', { word: this.#text({ kind: 'text' }) }, 'text', element('below'))];
      case 'text':
      case 'value':
      case 'data': {
        const text = this.#text(pattern);
        return text === '' ? [] : [{ type: 'text', text }];
      }
      case 'attribute':
        into.attributes[pattern.name] = this.#text(pattern.value);
        return [];
      case 'element':
        return [this.element(pattern.type, depth + 1)];
      case 'repeat':
        return Array.from({ length: 1 + this.#draw(fc.nat, depth < DEPTH ? 1 : 0) }, () => below(pattern.of)).flat();
      case 'choice':
        if (pattern.of.includes(EMPTY) && (depth >= DEPTH || this.#draw(fc.nat, this.#rarity - 1) > 0)) return [];
        return below(this.#draw(fc.constantFrom<Pattern[]>, ...pattern.of));
      case 'group':
        return pattern.of.flatMap(below);
      case 'interleave':
        return this.#draw(fc.shuffledSubarray<Pattern>, [...pattern.of], { minLength: pattern.of.length }).flatMap(
          below,
        );
    }
  }

  #text(pattern: Pattern): string {
    if (pattern.kind === 'value') return pattern.value;
    if (pattern.kind === 'choice') return this.#text(this.#draw(fc.constantFrom<Pattern[]>, ...pattern.of));
    if (pattern.kind === 'data') {
      const type = this.#schema.dataOf(pattern.type);
      return 'kind' in type ? this.#text(type) : this.#draw(() => texts(type));
    }
    if (pattern.kind === 'empty') return '';
    return this.#draw(fc.constantFrom<string[]>, 'x', 'two words', '<&">\'', 'é中😀', '/a/b', ' around ');
  }
}

const arbitraries = new WeakMap<DataType, fc.Arbitrary<string>>();

function texts(type: DataType): fc.Arbitrary<string> {
  const known = arbitraries.get(type);
  if (known) return known;
  const made = arbitrary(type).filter((text) => !ILLEGAL.test(text) && allowsText(type, text));
  arbitraries.set(type, made);
  return made;
}

function arbitrary(type: DataType): fc.Arbitrary<string> {
  if (type.base === 'dateTime') return fc.constant('2026-01-02T03:04:05');
  if (type.base === 'NCName' || type.base === 'anyURI') return fc.constantFrom('abc', 'x.y-z');
  if (type.base === 'decimal') return fc.constantFrom('0', '1.5', '-3');
  // Numbers with a form of their own come from it; the others from their range, as far as a number holds it exactly.
  const formed = type.pattern !== undefined && !/^(-\?)?\[0-9\]\+$/.test(type.pattern);
  if (type.base === 'integer' && !formed) {
    const [min, max] = [BigInt(type.minimum ?? -SAFE), BigInt(type.maximum ?? SAFE)];
    return fc.bigInt(min < -SAFE ? -SAFE : min, max > SAFE ? SAFE : max).map(String);
  }
  if (type.pattern === undefined) return fc.constantFrom('word', 'a b');
  return fc.stringMatching(new RegExp(`^(?:${type.pattern})$`, 'u'), { size: 'small' });
}

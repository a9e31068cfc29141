import { isBlank } from '../characters.ts';
import { allowsText, collapse, describe } from './data-type.ts';
import type { DataType, Pattern } from './pattern.ts';
import type { Schema } from './schema.ts';

/** What the text of an attribute or element may be: words, numbers, or text of other kinds. */
export interface TextKind {
  readonly words: readonly string[];
  readonly number: boolean;
  readonly string: boolean;
}

export function textKind(schema: Pick<Schema, 'dataOf'>, pattern: Pattern): TextKind {
  const kind = { words: new Set<string>(), number: false, string: false };
  const visit = (of: Pattern): void => {
    const type = of.kind === 'data' ? schema.dataOf(of.type) : undefined;
    if (of.kind === 'value') kind.words.add(of.value);
    else if (of.kind === 'empty') kind.words.add('');
    else if (of.kind === 'choice') of.of.forEach(visit);
    else if (type === undefined) kind.string = true;
    else if ('kind' in type) visit(type);
    else if (type.base === 'decimal' || (type.base === 'integer' && !isOctal(type))) kind.number = true;
    else kind.string = true;
  };
  visit(pattern);
  return { ...kind, words: [...kind.words] };
}

/** File modes stay text: 0644 is not 644. */
const isOctal = (type: DataType) => type.pattern?.includes('[0-7]') ?? false;

export function allows(schema: Schema, pattern: Pattern, text: string): boolean {
  switch (pattern.kind) {
    case 'text':
      return true;
    case 'empty':
      return isBlank(text);
    case 'value':
      return collapse(text) === collapse(pattern.value);
    case 'choice':
      return pattern.of.some((each) => allows(schema, each, text));
    case 'data': {
      const type = schema.dataOf(pattern.type);
      return 'kind' in type ? allows(schema, type, text) : allowsText(type, text);
    }
    default:
      return false;
  }
}

/** For messages: `'file', 'block' or 'network'`. */
export function offer(schema: Schema, pattern: Pattern): string {
  const words = schema.words(pattern);
  const offers = (words.kind === 'choice' ? words.of : [words]).map((each) => {
    if (each.kind === 'value') return `'${each.value}'`;
    const type = each.kind === 'data' ? schema.dataOf(each.type) : undefined;
    return type && !('kind' in type) && each.kind === 'data' ? describe(type, each.type) : 'text';
  });
  return list(offers, 'or');
}

/** For messages: the first 15 of many. */
export function list(words: readonly string[], join = 'and'): string {
  const all = [...new Set(words)];
  const shown = all.length > 16 ? [...all.slice(0, 15), `${all.length - 15} more`] : all;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} ${join} ${shown.at(-1)}`;
}

export const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);

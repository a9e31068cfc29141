/**
 * What an element may hold, as RELAX NG says it: attributes, children and text in groups (in order), interleaves (in any
 * order) and choices. Source: RELAX NG specification, section 4 "simplification".
 */
export type Pattern =
  | { readonly kind: 'empty' | 'notAllowed' | 'text' | 'any' }
  | { readonly kind: 'group' | 'interleave' | 'choice'; readonly of: readonly Pattern[] }
  /** Once or more. */
  | { readonly kind: 'repeat'; readonly of: Pattern }
  | { readonly kind: 'attribute'; readonly name: string; readonly value: Pattern }
  /** An element of a type of the table. */
  | { readonly kind: 'element'; readonly type: string }
  /** This very text. */
  | { readonly kind: 'value'; readonly value: string }
  /** Text of a data type of the table, or one of the alternatives that are listed there. */
  | { readonly kind: 'data'; readonly type: string };

/** Text that is more than a list of words. */
export interface DataType {
  readonly base: 'string' | 'integer' | 'decimal' | 'dateTime' | 'NCName' | 'anyURI';
  /** A regular expression for the whole text. */
  readonly pattern?: string;
  /** Of integers, inclusive; decimal, since some do not fit a number. */
  readonly minimum?: string;
  readonly maximum?: string;
  readonly maxLength?: number;
  readonly except?: readonly string[];
}

export const EMPTY: Pattern = { kind: 'empty' };
export const NOT_ALLOWED: Pattern = { kind: 'notAllowed' };
export const TEXT: Pattern = { kind: 'text' };
/** Any elements with anything in them. */
export const ANY: Pattern = { kind: 'any' };

export const group = (...of: Pattern[]): Pattern => sequence('group', of);
export const interleave = (...of: Pattern[]): Pattern => sequence('interleave', of);
export const optional = (of: Pattern): Pattern => choice(of, EMPTY);

export function choice(...of: Pattern[]): Pattern {
  const flat = of.flatMap((each) => (each.kind === 'choice' ? each.of : [each]));
  const some = [...new Set(flat)].filter((each) => each !== NOT_ALLOWED);
  return some.length === 0 ? NOT_ALLOWED : some.length === 1 ? some[0]! : { kind: 'choice', of: some };
}

export function repeat(of: Pattern): Pattern {
  return of === EMPTY || of === NOT_ALLOWED || of.kind === 'repeat' ? of : { kind: 'repeat', of };
}

function sequence(kind: 'group' | 'interleave', of: readonly Pattern[]): Pattern {
  const flat = of.flatMap((each) => (each.kind === kind ? each.of : [each])).filter((each) => each !== EMPTY);
  if (flat.includes(NOT_ALLOWED)) return NOT_ALLOWED;
  return flat.length === 0 ? EMPTY : flat.length === 1 ? flat[0]! : { kind, of: flat };
}

import type { DataType } from './pattern.ts';

const LEXICAL = {
  string: /^/,
  integer: /^[+-]?\d+$/,
  decimal: /^([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|-?INF|NaN)$/,
  dateTime: /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$/,
  NCName: /^[\p{L}_][\p{L}\p{N}._-]*$/u,
  anyURI: /^/,
} as const;

/** UTF-16 units; a list of 4,096 CPUs fits. Patterns are libvirt's, and some take quadratic time. */
const MAX_FORMED = 16_384;

export function allowsText(type: DataType, text: string): boolean {
  if (text.length > MAX_FORMED && (type.base !== 'string' || type.pattern !== undefined)) return false;
  const value = type.base === 'string' ? text : collapse(text);
  if (!LEXICAL[type.base].test(value)) return false;
  if (type.pattern !== undefined && !compile(type.pattern).test(value)) return false;
  if (type.minimum !== undefined && BigInt(value) < BigInt(type.minimum)) return false;
  if (type.maximum !== undefined && BigInt(value) > BigInt(type.maximum)) return false;
  if (type.maxLength !== undefined && [...value].length > type.maxLength) return false;
  return !(type.except ?? []).includes(value);
}

/** White space as XML Schema's `collapse` treats it. */
export function collapse(text: string): string {
  return text.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
}

const TITLES: Readonly<Record<DataType['base'], string>> = {
  string: 'text',
  integer: 'an integer',
  decimal: 'a number',
  dateTime: 'a date with time',
  NCName: 'a name',
  anyURI: 'a URI',
};

/** For messages: `an integer from 0 to 255`. */
export function describe(type: DataType, name: string): string {
  if (type.base === 'integer') {
    const from = type.minimum === undefined ? '' : ` from ${type.minimum}`;
    return `an integer${from}${type.maximum === undefined ? '' : ` to ${type.maximum}`}`;
  }
  if (type.base !== 'string' || (type.pattern ?? type.maxLength) === undefined) return TITLES[type.base];
  const pattern = type.pattern === undefined || type.pattern.length > 100 ? '' : ` like /${type.pattern}/`;
  const length = type.maxLength === undefined ? '' : ` of at most ${type.maxLength} characters`;
  return `${name}${pattern}${length}`;
}

const compiled = new Map<string, RegExp>();

function compile(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  const made = new RegExp(`^(?:${pattern})$`, 'u');
  compiled.set(pattern, made);
  return made;
}

import { attribute, child, children, text, type XmlElement } from '../../src/xml/index.ts';
import type { DataType } from '../../src/xml/schema/pattern.ts';

/** Ranges of XML Schema's integer types, inclusive. */
const RANGES: Readonly<Record<string, readonly [string | undefined, string | undefined]>> = {
  integer: [undefined, undefined],
  positiveInteger: ['1', undefined],
  short: ['-32768', '32767'],
  int: ['-2147483648', '2147483647'],
  long: ['-9223372036854775808', '9223372036854775807'],
  unsignedShort: ['0', '65535'],
  unsignedInt: ['0', '4294967295'],
  unsignedLong: ['0', '18446744073709551615'],
};
const OTHERS: Readonly<Record<string, DataType['base']>> = {
  string: 'string',
  double: 'decimal',
  dateTime: 'dateTime',
  NCName: 'NCName',
  anyURI: 'anyURI',
};

/** A `<data>` of RELAX NG with XML Schema's data types. */
export function dataTypeOf(node: XmlElement): DataType {
  const type = attribute(node, 'type')!;
  const parameters = new Map(children(node, 'param').map((each) => [attribute(each, 'name')!, rawText(each)]));
  const [minimum, maximum] = RANGES[type] ?? [];
  const base = type in RANGES ? 'integer' : OTHERS[type];
  if (base === undefined) throw new Error(`no data type ${type}`);
  const pattern = parameters.get('pattern');
  const maxLength = parameters.get('maxLength');
  const limits = {
    minimum: parameters.get('minInclusive') ?? minimum,
    maximum: parameters.get('maxInclusive') ?? maximum,
  };
  const except = excepted(node);
  return JSON.parse(
    JSON.stringify({
      base,
      pattern: pattern === undefined ? undefined : javascriptPattern(pattern),
      ...limits,
      maxLength: maxLength === undefined ? undefined : Number(maxLength),
      except: except.length === 0 ? undefined : except,
    }),
  );
}

function excepted(node: XmlElement): string[] {
  const except = child(node, 'except');
  return [...children(except, 'value'), ...children(child(except, 'choice'), 'value')].map((each) => text(each)!);
}

/** White space in a pattern counts. */
function rawText(of: XmlElement): string {
  return of.children.map((each) => (each.type === 'text' ? each.text : '')).join('');
}

/** Outside of classes `^` and `$` are themselves in XML Schema, and `-` may be escaped in a class only in ours. */
function javascriptPattern(pattern: string): string {
  let inClass = false;
  return pattern.replace(/\\.|[[\]^$]/g, (token) => {
    if (token === '[') inClass = true;
    if (token === ']') inClass = false;
    if (token === '\\-' && !inClass) return '-';
    if (token === '\\_') return '_';
    return (token === '^' || token === '$') && !inClass ? `\\${token}` : token;
  });
}

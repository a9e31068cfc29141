import { ANY, choice, EMPTY, group, interleave, optional, type Pattern, repeat, TEXT } from './pattern.ts';

/**
 * Patterns as text, modelled on RELAX NG's compact syntax, since objects would make the tables five times as long.
 *
 *     'word'  @name=VALUE  @name  $data  Type  #text  #any  ()  a, b  a & b  a | b  a?  a*  a+
 *
 * `@name` alone has any text. Operators of different kinds are kept apart by parentheses.
 */
export function parsePattern(notation: string): Pattern {
  const tokens = notation.match(/'(?:[^'\\]|\\.)*'|[@$#]?[\w.:-]+|[()=,&|?*+]/g) ?? [];
  let at = 0;
  const combine = { ',': group, '&': interleave, '|': choice };

  const list = (): Pattern => {
    const members = [postfix()];
    const operator = tokens[at] as keyof typeof combine;
    if (!(operator in combine)) return members[0]!;
    while (tokens[at] === operator) {
      at++;
      members.push(postfix());
    }
    return combine[operator](...members);
  };
  const postfix = (): Pattern => {
    const of = primary();
    const mark = tokens[at];
    if (mark !== '?' && mark !== '*' && mark !== '+') return of;
    at++;
    return mark === '?' ? optional(of) : mark === '+' ? repeat(of) : optional(repeat(of));
  };
  const primary = (): Pattern => {
    const token = tokens[at++]!;
    if (token === '(') {
      const inner = tokens[at] === ')' ? EMPTY : list();
      at++;
      return inner;
    }
    if (token === '#text') return TEXT;
    if (token === '#any') return ANY;
    if (token.startsWith("'")) return { kind: 'value', value: token.slice(1, -1).replace(/\\(.)/g, '$1') };
    if (token.startsWith('$')) return { kind: 'data', type: token.slice(1) };
    if (!token.startsWith('@')) return { kind: 'element', type: token };
    if (tokens[at] !== '=') return { kind: 'attribute', name: token.slice(1), value: TEXT };
    at++;
    return { kind: 'attribute', name: token.slice(1), value: primary() };
  };
  return list();
}

type Rename = (name: string) => string;

/** The reverse, with other names for types of elements and of data. */
export function printPattern(pattern: Pattern, typeName: Rename = same, dataName: Rename = same): string {
  const within = (each: Pattern) => (compound(each) ? `(${print(each)})` : print(each));
  const print = (of: Pattern): string => {
    switch (of.kind) {
      case 'empty':
        return '()';
      case 'notAllowed':
        throw new Error('a pattern that allows nothing has no notation');
      case 'text':
      case 'any':
        return `#${of.kind}`;
      case 'value':
        return `'${of.value.replace(/[\\']/g, '\\$&')}'`;
      case 'data':
        return `$${dataName(of.type)}`;
      case 'element':
        return typeName(of.type);
      case 'attribute':
        return of.value.kind === 'text' ? `@${of.name}` : `@${of.name}=${within(of.value)}`;
      case 'repeat':
        return `${within(of.of)}+`;
      case 'group':
        return of.of.map(within).join(', ');
      case 'interleave':
        return of.of.map(within).join(' & ');
      case 'choice': {
        if (!of.of.includes(EMPTY)) return of.of.map(within).join(' | ');
        const rest = choice(...of.of.filter((each) => each !== EMPTY));
        if (rest.kind === 'repeat') return `${within(rest.of)}*`;
        return `${within(rest)}?`;
      }
    }
  };
  return print(pattern);
}

const same: Rename = (name) => name;

/** Whether a pattern's text holds an operator of its own. */
function compound(of: Pattern): boolean {
  if (of.kind === 'group' || of.kind === 'interleave') return true;
  return of.kind === 'choice' && !of.of.includes(EMPTY);
}

/**
 * libvirt's configuration files (libvirt.conf): `key = value` lines, where a value is an integer, a string in one of three
 * kinds of quotes without escapes, or a list of values in brackets that may span lines. `#` begins a comment.
 */

export type ConfigValue = string | number | readonly ConfigValue[];

const BLANK = /(?:[ \t\r\n]|#[^\n]*)*/y;
const KEY = /([A-Za-z_][\w.-]*)[ \t]*=[ \t]*/y;
const STRING = /"""([\s\S]*?)"""|"([^"\n]*)"|'([^'\n]*)'/y;
const INTEGER = /-?\d+/y;
const LINE_END = /[ \t\r]*(?:#[^\n]*)?(?:\n|$)/y;

/** Throws an Error that names the line. */
export function parseConfig(text: string): Map<string, ConfigValue> {
  let at = 0;
  const take = (token: RegExp): RegExpExecArray | null => {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match) at = token.lastIndex;
    return match;
  };
  const fail = (expected: string): never => {
    throw new Error(`line ${text.slice(0, at).split('\n').length}: expected ${expected}`);
  };
  const value = (): ConfigValue => {
    const quoted = take(STRING);
    if (quoted) return quoted[1] ?? quoted[2] ?? quoted[3] ?? '';
    const integer = take(INTEGER);
    if (integer) return Number(integer[0]);
    if (text[at] !== '[') return fail('a string in quotes, an integer or a list in brackets');
    at++;
    return list();
  };
  const list = (): ConfigValue[] => {
    const items: ConfigValue[] = [];
    for (;;) {
      take(BLANK);
      if (text[at] === ']') break;
      items.push(value());
      take(BLANK);
      if (text[at] === ']') break;
      if (text[at] !== ',') fail('a comma or "]"');
      at++;
    }
    at++;
    return items;
  };
  const entries = new Map<string, ConfigValue>();
  for (;;) {
    take(BLANK);
    if (at >= text.length) return entries;
    const key = take(KEY)?.[1] ?? fail('key = value');
    entries.set(key, value());
    if (!take(LINE_END)) fail('the end of the line');
  }
}

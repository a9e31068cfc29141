/** A key of a US keyboard that produces one character. */
export interface KeyStroke {
  /** KeyboardEvent.code */
  code: string;
  shift: boolean;
}

const PLAIN = "`1234567890-=[]\\;',./ \n\t";
const SHIFTED = '~!@#$%^&*()_+{}|:"<>?';
const CODES = [
  'Backquote',
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 0].map((digit) => `Digit${digit}`),
  ...['Minus', 'Equal', 'BracketLeft', 'BracketRight', 'Backslash', 'Semicolon', 'Quote', 'Comma', 'Period', 'Slash'],
  ...['Space', 'Enter', 'Tab'],
];

/** How to type a character on a US layout; undefined where it has no key. */
export function strokeOf(character: string): KeyStroke | undefined {
  if (/^[a-z]$/i.test(character)) {
    return { code: `Key${character.toUpperCase()}`, shift: character !== character.toLowerCase() };
  }
  const plain = PLAIN.indexOf(character);
  if (plain >= 0) return { code: CODES[plain]!, shift: false };
  const shifted = SHIFTED.indexOf(character);
  return shifted >= 0 ? { code: CODES[shifted]!, shift: true } : undefined;
}

/** Columns that a character takes in a terminal: two for East Asian wide ones and emoji, none for combining marks. */
function columnsOf(character: string): number {
  if (/\p{Mn}|\p{Me}|\u200d|\ufe0f/u.test(character)) return 0;
  const code = character.codePointAt(0)!;
  const wide =
    code >= 0x1100 &&
    (code <= 0x115f ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0xffe0 && code <= 0xffe6) ||
      (code >= 0x1f300 && code <= 0x1faff) ||
      (code >= 0x20000 && code <= 0x3fffd));
  return wide ? 2 : 1;
}

export const widthOf = (words: string): number => [...words].reduce((sum, character) => sum + columnsOf(character), 0);

/** At most `columns` wide, an ellipsis in place of what is cut. */
export function fit(words: string, columns: number): string {
  if (widthOf(words) <= columns) return words;
  let kept = '';
  let width = 0;
  for (const character of words) {
    width += columnsOf(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

export const padEnd = (words: string, columns: number): string =>
  words + ' '.repeat(Math.max(0, columns - widthOf(words)));

/** Names come from guests and other people: control characters could drive the terminal that shows them. */
export const printable = (words: string): string => words.replace(/[\p{Cc}\p{Cf}]/gu, '�');

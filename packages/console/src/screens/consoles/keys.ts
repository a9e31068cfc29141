/** A key by where it sits (KeyboardEvent.code) and by what X calls it (keysym, for VNC servers that know no positions). */
export interface Key {
  code: string;
  keysym: number;
}
export interface Chord {
  label: string;
  /** Pressed in this order, released in the reverse. */
  keys: readonly Key[];
}

const control: Key = { code: 'ControlLeft', keysym: 0xffe3 };
const alt: Key = { code: 'AltLeft', keysym: 0xffe9 };
const meta: Key = { code: 'MetaLeft', keysym: 0xffeb };
const tab: Key = { code: 'Tab', keysym: 0xff09 };
const functionKey = (number: number): Key => ({ code: `F${number}`, keysym: 0xffbd + number });

export const ctrlAltDel: Chord = {
  label: 'Ctrl-Alt-Del',
  keys: [control, alt, { code: 'Delete', keysym: 0xffff }],
};

/** What browsers and window systems keep for themselves. Key names are the same in every language. */
export const chords: readonly Chord[] = [
  { label: 'Ctrl-Alt-Backspace', keys: [control, alt, { code: 'Backspace', keysym: 0xff08 }] },
  { label: 'Alt-Tab', keys: [alt, tab] },
  { label: 'Alt-F4', keys: [alt, functionKey(4)] },
  { label: 'Super', keys: [meta] },
  { label: 'Super-L', keys: [meta, { code: 'KeyL', keysym: 0x6c }] },
  { label: 'Print Screen', keys: [{ code: 'PrintScreen', keysym: 0xff61 }] },
  { label: 'Ctrl-W', keys: [control, { code: 'KeyW', keysym: 0x77 }] },
  ...[1, 2, 3, 7].map((number) => ({ label: `Ctrl-Alt-F${number}`, keys: [control, alt, functionKey(number)] })),
];

/** The keysym of a character: Latin 1 is itself, the rest lies in the Unicode range. */
export function keysymOf(character: string): number {
  if (character === '\n') return 0xff0d;
  if (character === '\t') return 0xff09;
  const point = character.codePointAt(0) ?? 0;
  return point < 0x100 ? point : 0x01000000 + point;
}

/** Held down for a character on a US keyboard: QEMU's VNC server takes a keysym for its key and forgets the shift. */
export const shift: Key = { code: 'ShiftLeft', keysym: 0xffe1 };
export const needsShift = (character: string): boolean => /^[A-Z~!@#$%^&*()_+{}|:"<>?]$/.test(character);

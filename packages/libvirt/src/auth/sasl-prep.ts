/** What RFC 4013 prohibits: control, private, unassigned and surrogate characters, and those that change how others show. */
const PROHIBITED =
  /[\p{Cc}\p{Co}\p{Cn}\p{Cs}\u200e\u200f\u202a-\u202e\u206a-\u206f\u2ff0-\u2ffb\ufff9-\ufffd]|\u0340|\u0341/u;
const MAPPED_TO_NOTHING = /[\u00ad\u1806\u2060\ufeff]|\u034f|\u200c|\u200d|[\u180b-\u180d]|[\ufe00-\ufe0f]/g;
const SPACES = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g;

/** RFC 4013: one spelling for names and passwords that look the same. Throws an Error, without the text. */
export function saslPrep(text: string): string {
  const prepared = text.replace(SPACES, ' ').replace(MAPPED_TO_NOTHING, '').normalize('NFKC');
  if (PROHIBITED.test(prepared)) throw new Error('a name or password has a character that SASL prohibits');
  return prepared;
}

import { SpiceError } from '../wire/error.ts';
import { scancodeOf } from './key-codes.ts';
import { strokeOf } from './text-keys.ts';

/**
 * An emulated keyboard buffers 16 bytes, five characters, and drops what comes on top; at this pace a guest may stall for
 * a fifth of a second, as emulated ones do. The protocol does not tell when keys are taken.
 */
const PAUSE_MS = 40;

/** Where typed keys go. */
export interface Typist {
  keyDown(scancode: number): void;
  keyUp(scancode: number): void;
}

/** Types text on a US keyboard; resolves with what it has no keys for. @throws SpiceError aborted */
export async function typeCharacters(text: string, keys: Typist, signal: AbortSignal): Promise<{ skipped: string }> {
  const shift = scancodeOf('ShiftLeft')!;
  let skipped = '';
  for (const character of text.replaceAll('\r\n', '\n')) {
    if (signal.aborted) throw new SpiceError('aborted', 'typing was given up');
    const stroke = strokeOf(character);
    const scancode = stroke && scancodeOf(stroke.code);
    if (!stroke || scancode === undefined) {
      skipped += character;
      continue;
    }
    if (stroke.shift) keys.keyDown(shift);
    keys.keyDown(scancode);
    keys.keyUp(scancode);
    if (stroke.shift) keys.keyUp(shift);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return { skipped };
}

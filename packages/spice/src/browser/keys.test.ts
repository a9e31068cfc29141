import { describe, expect, it } from 'vitest';
import { scancodeOf } from './key-codes.ts';
import { strokeOf } from './text-keys.ts';
import { typeCharacters } from './type-text.ts';

describe('keys', () => {
  it('have the scancodes of a PC keyboard', () => {
    expect(['Escape', 'KeyA', 'ControlRight', 'ArrowUp', 'IntlBackslash', 'F12', 'Delete'].map(scancodeOf)).toEqual([
      0x01, 0x1e, 0xe01d, 0xe048, 0x56, 0x58, 0xe053,
    ]);
    expect(scancodeOf('Unidentified')).toBeUndefined();
  });

  it('exist for every printable ASCII character', () => {
    for (let code = 32; code < 127; code++) {
      const stroke = strokeOf(String.fromCharCode(code));
      expect(stroke && scancodeOf(stroke.code)).toBeDefined();
    }
    expect(strokeOf('A')).toEqual({ code: 'KeyA', shift: true });
    expect(strokeOf('?')).toEqual({ code: 'Slash', shift: true });
    expect(strokeOf('0')).toEqual({ code: 'Digit0', shift: false });
  });

  it('type a text with shift where needed, and tell what has no key', async () => {
    const pressed: string[] = [];
    const keys = {
      keyDown: (scancode: number) => void pressed.push(`+${scancode.toString(16)}`),
      keyUp: (scancode: number) => void pressed.push(`-${scancode.toString(16)}`),
    };
    expect(await typeCharacters('aÄB\r\n', keys, new AbortController().signal)).toEqual({ skipped: 'Ä' });
    expect(pressed.join(' ')).toBe('+1e -1e +2a +30 -30 -2a +1c -1c');
    const given = AbortSignal.abort();
    await expect(typeCharacters('a', keys, given)).rejects.toMatchObject({ code: 'aborted' });
  });
});

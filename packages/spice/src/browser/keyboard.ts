import { LOCK } from '../wire/protocol.ts';
import { scancodeOf } from './key-codes.ts';
import { strokeOf } from './text-keys.ts';

/** Where keys go. */
export interface KeySink {
  keyDown(scancode: number): void;
  keyUp(scancode: number): void;
  /** Makes the guest's lock keys agree with ours (bits of LOCK). */
  setLocks(modifiers: number): void;
}

/** What tells keyboards of one platform from another. */
export type Platform = 'mac' | 'windows' | 'other';

export function currentPlatform(): Platform {
  const name = navigator.platform;
  if (/^(Mac|iP)/.test(name)) return 'mac';
  return name.startsWith('Win') ? 'windows' : 'other';
}

const LOCK_KEYS = new Set(['CapsLock', 'NumLock', 'ScrollLock']);
/** Windows reports AltGr as ControlLeft and AltRight within this time. */
const ALT_GR_MS = 50;

/**
 * Turns keyboard events of one element into scancodes: physical keys, so every layout works as if the keyboard were
 * plugged into the guest. What is down is remembered, so that nothing stays down when the focus goes.
 */
export class Keyboard {
  readonly #sink: KeySink;
  readonly #platform: Platform;
  readonly #down = new Map<string, number>();
  readonly #detach = new AbortController();
  #heldControl: { at: number; timer: ReturnType<typeof setTimeout> } | undefined;
  /** A lock key went to the guest, which has not told its new state yet. */
  #locksUnsettled = false;
  enabled = true;

  constructor(element: HTMLElement, sink: KeySink, platform: Platform = currentPlatform()) {
    this.#sink = sink;
    this.#platform = platform;
    const { signal } = this.#detach;
    element.addEventListener('keydown', (event) => this.#onDown(event), { signal });
    element.addEventListener('keyup', (event) => this.#onUp(event), { signal });
    element.addEventListener('blur', () => this.releaseAll(), { signal });
    window.addEventListener('blur', () => this.releaseAll(), { signal });
  }

  /** The guest told its lock keys. */
  locksSettled(): void {
    this.#locksUnsettled = false;
  }

  releaseAll(): void {
    this.#dropHeldControl();
    for (const scancode of this.#down.values()) this.#sink.keyUp(scancode);
    this.#down.clear();
  }

  detach(): void {
    this.releaseAll();
    this.#detach.abort();
  }

  #onDown(event: KeyboardEvent): void {
    if (!this.enabled) return;
    event.preventDefault();
    event.stopPropagation();
    const { code } = event;
    if (this.#heldControl) {
      const altGr = code === 'AltRight' && event.timeStamp - this.#heldControl.at <= ALT_GR_MS;
      if (altGr) this.#dropHeldControl();
      else this.#sendHeldControl();
    }
    const scancode = scancodeOf(code);
    if (scancode === undefined) {
      this.#typeCharacter(event.key);
      return;
    }
    if (LOCK_KEYS.has(code)) this.#locksUnsettled = true;
    else this.#syncLocks(event);
    if (code === 'CapsLock' && this.#platform === 'mac') {
      this.#tap(scancode);
      return;
    }
    if (code === 'ControlLeft' && this.#platform === 'windows' && !event.repeat) {
      const timer = setTimeout(() => this.#sendHeldControl(), ALT_GR_MS * 2);
      this.#heldControl = { at: event.timeStamp, timer };
      return;
    }
    this.#press(code, scancode);
  }

  #onUp(event: KeyboardEvent): void {
    if (!this.enabled) return;
    event.preventDefault();
    event.stopPropagation();
    this.#sendHeldControl();
    const { code } = event;
    // A Mac tells Caps Lock going off as a release only.
    if (code === 'CapsLock' && this.#platform === 'mac') {
      this.#locksUnsettled = true;
      const scancode = scancodeOf(code);
      if (scancode !== undefined) this.#tap(scancode);
      return;
    }
    const scancode = this.#down.get(code);
    if (scancode !== undefined) {
      this.#down.delete(code);
      this.#sink.keyUp(scancode);
    }
    // A Mac keeps silent about keys released while Command is down.
    if (this.#platform === 'mac' && (code === 'MetaLeft' || code === 'MetaRight')) this.releaseAll();
  }

  #press(code: string, scancode: number): void {
    this.#down.set(code, scancode);
    this.#sink.keyDown(scancode);
  }

  #tap(scancode: number): void {
    this.#sink.keyDown(scancode);
    this.#sink.keyUp(scancode);
  }

  /** On-screen keyboards name the character but no key. */
  #typeCharacter(key: string): void {
    const stroke = strokeOf(key);
    const scancode = stroke && scancodeOf(stroke.code);
    const shift = scancodeOf('ShiftLeft');
    if (scancode === undefined || shift === undefined) return;
    if (stroke?.shift) this.#sink.keyDown(shift);
    this.#tap(scancode);
    if (stroke?.shift) this.#sink.keyUp(shift);
  }

  #syncLocks(event: KeyboardEvent): void {
    if (this.#locksUnsettled) return;
    let locks = event.getModifierState('CapsLock') ? LOCK.CAPS : 0;
    // A Mac has neither of the others; its guests keep Num Lock on.
    if (this.#platform === 'mac') locks |= LOCK.NUM;
    else {
      if (event.getModifierState('NumLock')) locks |= LOCK.NUM;
      if (event.getModifierState('ScrollLock')) locks |= LOCK.SCROLL;
    }
    this.#sink.setLocks(locks);
  }

  #sendHeldControl(): void {
    if (!this.#heldControl) return;
    this.#dropHeldControl();
    const scancode = scancodeOf('ControlLeft');
    if (scancode !== undefined) this.#press('ControlLeft', scancode);
  }

  #dropHeldControl(): void {
    if (!this.#heldControl) return;
    clearTimeout(this.#heldControl.timer);
    this.#heldControl = undefined;
  }
}

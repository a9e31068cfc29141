import type { Button } from '../channels/inputs.ts';
import type { MouseMode } from '../channels/main.ts';

/** Where pointer input goes; positions are pixels of the guest's screen. */
export interface PointerSink {
  moveTo(x: number, y: number): void;
  moveBy(dx: number, dy: number): void;
  press(button: Button): void;
  release(button: Button): void;
}

/** MouseEvent.button → SPICE */
const BUTTONS: readonly Button[] = ['left', 'middle', 'right', 'side', 'extra'];
/** Pixels of scrolling that make one notch of the guest's wheel; a line or page counts as several pixels. */
const NOTCH_PIXELS = 60;
const PIXELS_OF_DELTA_MODE = [1, 20, 400];
/** Notches sent for one event at most, whatever a free-spinning wheel reports. */
const MAX_NOTCHES = 10;

/**
 * Mouse, pen and touch on the canvas. In mode `client` the guest follows the pointer; in mode `server` it only
 * understands motion, so a click captures the pointer (Escape frees it). A touch is the left button.
 */
export class Pointer {
  mode: MouseMode = 'client';
  enabled = true;
  readonly #canvas: HTMLCanvasElement;
  readonly #sink: PointerSink;
  readonly #detach = new AbortController();
  readonly #down = new Set<Button>();
  #wheel = 0;

  constructor(canvas: HTMLCanvasElement, sink: PointerSink) {
    this.#canvas = canvas;
    this.#sink = sink;
    const { signal } = this.#detach;
    canvas.addEventListener('pointerdown', (event) => this.#onDown(event), { signal });
    canvas.addEventListener('pointermove', (event) => this.#onMove(event), { signal });
    canvas.addEventListener('pointerup', (event) => this.#onUp(event), { signal });
    canvas.addEventListener('pointercancel', () => this.releaseAll(), { signal });
    canvas.addEventListener('blur', () => this.releaseAll(), { signal });
    canvas.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
    canvas.addEventListener('wheel', (event) => this.#onWheel(event), { signal, passive: false });
  }

  get captured(): boolean {
    return document.pointerLockElement === this.#canvas;
  }

  releaseAll(): void {
    for (const button of this.#down) this.#sink.release(button);
    this.#down.clear();
  }

  detach(): void {
    this.releaseAll();
    if (this.captured) document.exitPointerLock();
    this.#detach.abort();
  }

  #onDown(event: PointerEvent): void {
    this.#canvas.focus({ preventScroll: true });
    if (!this.enabled) return;
    event.preventDefault();
    if (this.mode === 'server' && !this.captured) {
      void this.#canvas.requestPointerLock();
      return;
    }
    if (!this.captured) this.#canvas.setPointerCapture(event.pointerId);
    this.#locate(event);
    this.#syncButtons(event.buttons);
  }

  #onMove(event: PointerEvent): void {
    if (!this.enabled) return;
    if (this.captured) {
      this.#sink.moveBy(event.movementX, event.movementY);
    } else this.#locate(event);
    // A second button pressed or released while one is down arrives as a move.
    this.#syncButtons(event.buttons);
  }

  #onUp(event: PointerEvent): void {
    if (!this.enabled) return;
    event.preventDefault();
    this.#locate(event);
    this.#syncButtons(event.buttons);
  }

  /** PointerEvent.buttons: bits of left, right, middle, back, forward. */
  #syncButtons(buttons: number): void {
    if (this.mode === 'server' && !this.captured) return;
    for (const button of BUTTONS) {
      const bit = { left: 1, right: 2, middle: 4, side: 8, extra: 16, up: 0, down: 0 }[button];
      const isDown = (buttons & bit) !== 0;
      if (isDown === this.#down.has(button)) continue;
      if (isDown) {
        this.#down.add(button);
        this.#sink.press(button);
      } else {
        this.#down.delete(button);
        this.#sink.release(button);
      }
    }
  }

  #locate(event: PointerEvent): void {
    if (this.mode !== 'client') return;
    const { x, y } = this.#toGuest(event.clientX, event.clientY);
    this.#sink.moveTo(x, y);
  }

  /** Page to guest pixels; the picture lies centred in the canvas element (object-fit: contain). */
  #toGuest(clientX: number, clientY: number): { x: number; y: number } {
    const { width, height } = this.#canvas;
    const box = this.#canvas.getBoundingClientRect();
    const scale = Math.min(box.width / width, box.height / height) || 1;
    const x = (clientX - box.left - (box.width - width * scale) / 2) / scale;
    const y = (clientY - box.top - (box.height - height * scale) / 2) / scale;
    return { x: Math.min(Math.max(Math.floor(x), 0), width - 1), y: Math.min(Math.max(Math.floor(y), 0), height - 1) };
  }

  #onWheel(event: WheelEvent): void {
    if (!this.enabled) return;
    event.preventDefault();
    this.#wheel += event.deltaY * (PIXELS_OF_DELTA_MODE[event.deltaMode] ?? 1);
    const notches = Math.trunc(this.#wheel / NOTCH_PIXELS);
    this.#wheel -= notches * NOTCH_PIXELS;
    const button = notches < 0 ? 'up' : 'down';
    for (let i = Math.min(Math.abs(notches), MAX_NOTCHES); i > 0; i--) {
      this.#sink.press(button);
      this.#sink.release(button);
    }
  }
}

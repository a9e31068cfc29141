import type { CursorShape } from '../channels/cursor-shapes.ts';
import { cursorCanvas } from './screen.ts';

/**
 * The guest's pointer drawn over the screen. In mouse mode `server` the guest decides where the pointer is; the
 * browser's own is captured and invisible.
 */
export class CursorOverlay {
  readonly #screen: HTMLCanvasElement;
  readonly #parent: HTMLElement;
  #picture: HTMLCanvasElement | undefined;
  #shape: CursorShape | undefined;
  #x = 0;
  #y = 0;

  constructor(parent: HTMLElement, screen: HTMLCanvasElement) {
    this.#parent = parent;
    this.#screen = screen;
  }

  show(shape: CursorShape | undefined): void {
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.#picture?.remove();
    this.#picture = undefined;
    if (!shape) return;
    this.#picture = cursorCanvas(shape);
    this.#picture.style.cssText = 'position:absolute;left:0;top:0;pointer-events:none;transform-origin:0 0';
    this.#parent.append(this.#picture);
    this.#place();
  }

  /** Position of the hot spot, in pixels of the guest. */
  moveTo(x: number, y: number): void {
    this.#x = x;
    this.#y = y;
    this.#place();
  }

  #place(): void {
    if (!this.#picture || !this.#shape) return;
    const { width, height, clientWidth, clientHeight, offsetLeft, offsetTop } = this.#screen;
    const scale = Math.min(clientWidth / width, clientHeight / height) || 1;
    const left = offsetLeft + (clientWidth - width * scale) / 2 + (this.#x - this.#shape.hotX) * scale;
    const top = offsetTop + (clientHeight - height * scale) / 2 + (this.#y - this.#shape.hotY) * scale;
    this.#picture.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  }
}

import type { CursorShape } from '../channels/cursor-shapes.ts';
import { type Rect, union } from '../draw/rect.ts';
import type { Surface } from '../draw/surface.ts';

/** Rectangles kept apart until the next frame; beyond, they grow together. */
const MAX_DIRTY = 64;
/** Browsers ignore larger CSS cursors. */
const MAX_CSS_CURSOR = 128;

/** Shows a surface in a canvas: once per animation frame, only what changed, straight from the surface's memory. */
export class Screen {
  readonly canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #image: ImageData | undefined;
  #dirty: Rect[] = [];
  #frame: number | undefined;

  constructor(document: Document) {
    this.canvas = document.createElement('canvas');
    this.canvas.tabIndex = 0;
    const context = this.canvas.getContext('2d', { alpha: false });
    if (!context) throw new TypeError('this browser has no 2D canvas');
    this.#context = context;
  }

  /** Shows another surface, or black for none. */
  show(surface: Surface | undefined): void {
    this.#dirty = [];
    if (!surface) {
      this.#image = undefined;
      this.#context.clearRect(0, 0, this.canvas.width, this.canvas.height);
      return;
    }
    const { pixels, width, height } = surface;
    this.#image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
    this.canvas.width = width;
    this.canvas.height = height;
    this.changed({ left: 0, top: 0, right: width, bottom: height });
  }

  changed(area: Rect): void {
    const last = this.#dirty[this.#dirty.length - 1];
    if (last && (this.#dirty.length >= MAX_DIRTY || adjoins(last, area))) {
      this.#dirty[this.#dirty.length - 1] = union(last, area);
    } else this.#dirty.push(area);
    this.#frame ??= requestAnimationFrame(() => this.paint());
  }

  /** Brings the canvas up to date now. */
  paint(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    const image = this.#image;
    if (image) {
      for (const { left, top, right, bottom } of this.#dirty) {
        this.#context.putImageData(image, 0, 0, left, top, right - left, bottom - top);
      }
    }
    this.#dirty = [];
  }

  /** Sets the pointer's picture; undefined hides it. */
  setCursor(shape: CursorShape | undefined): void {
    this.canvas.style.cursor = shape ? cssCursor(shape) : 'none';
  }

  dispose(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.canvas.remove();
  }
}

/** Side by side with the same height, or one on top of the other with the same width: the union adds nothing. */
function adjoins(a: Rect, b: Rect): boolean {
  if (a.top === b.top && a.bottom === b.bottom) return b.left <= a.right && a.left <= b.right;
  if (a.left === b.left && a.right === b.right) return b.top <= a.bottom && a.top <= b.bottom;
  return false;
}

function cssCursor(shape: CursorShape): string {
  const { width, height, hotX, hotY } = shape;
  if (width === 0 || height === 0 || width > MAX_CSS_CURSOR || height > MAX_CSS_CURSOR) return 'default';
  return `url(${cursorCanvas(shape).toDataURL()}) ${hotX} ${hotY}, default`;
}

export function cursorCanvas({ width, height, pixels }: CursorShape): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}

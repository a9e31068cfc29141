/** Resizing a window fires all the time; the guest is asked when it has rested so long. */
const REST_MS = 300;
const MIN_SIDE = 320;
const MAX_SIDE = 8192;

/** Watches an element and says which screen size would fill it: device pixels, multiples of 8, within sane bounds. */
export class GuestSize {
  readonly #element: HTMLElement;
  readonly #ask: (size: { width: number; height: number }) => void;
  readonly #observer: ResizeObserver;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(element: HTMLElement, ask: (size: { width: number; height: number }) => void) {
    this.#element = element;
    this.#ask = ask;
    this.#observer = new ResizeObserver(() => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.announce(), REST_MS);
    });
    this.#observer.observe(element);
  }

  /** Asks now. */
  announce(): void {
    const { clientWidth, clientHeight } = this.#element;
    if (clientWidth === 0 || clientHeight === 0) return;
    this.#ask({ width: pixels(clientWidth), height: pixels(clientHeight) });
  }

  detach(): void {
    clearTimeout(this.#timer);
    this.#observer.disconnect();
  }
}

/** Widths that are no multiple of 8 are refused by some guests' drivers. */
function pixels(cssPixels: number): number {
  const side = Math.min(Math.max(cssPixels * devicePixelRatio, MIN_SIDE), MAX_SIDE);
  return Math.floor(side / 8) * 8;
}

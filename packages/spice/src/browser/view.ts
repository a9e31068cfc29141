import type { CursorShape } from '../channels/cursor-shapes.ts';
import type { MouseMode } from '../channels/main.ts';
import type { Surface } from '../draw/surface.ts';
import { SpiceSession } from '../session.ts';
import { SpiceError } from '../wire/error.ts';
import { readClipboard, writeClipboard } from './clipboard.ts';
import { CursorOverlay } from './cursor-overlay.ts';
import { GuestSize } from './guest-size.ts';
import { decodeJpegInBrowser } from './jpeg.ts';
import { scancodeOf } from './key-codes.ts';
import { Keyboard } from './keyboard.ts';
import { Pointer } from './pointer.ts';
import { Screen } from './screen.ts';
import { typeCharacters } from './type-text.ts';
import type { Scaling, SpiceViewEvents, SpiceViewOptions, SpiceViewState } from './view-options.ts';
import { connectWebSocket } from './web-socket-transport.ts';

/**
 * A guest's desktop in a page: picture, keyboard, pointer, clipboard and size, over one WebSocket per SPICE channel.
 * A view is used once; a new one reconnects. `addEventListener` takes the names of SpiceViewEvents; events are
 * CustomEvents.
 */
export class SpiceView extends EventTarget {
  readonly #options: SpiceViewOptions;
  readonly #screen: Screen;
  readonly #overlay: CursorOverlay;
  readonly #root: HTMLElement;
  readonly #abort = new AbortController();
  #keyboard: Keyboard | undefined;
  #pointer: Pointer | undefined;
  #guestSize: GuestSize | undefined;
  #session: SpiceSession | undefined;
  #state: SpiceViewState = 'idle';
  #error: SpiceError | undefined;
  #resolution: { width: number; height: number } | undefined;
  #mouseMode: MouseMode = 'server';
  #cursor: CursorShape | undefined;
  #viewOnly: boolean;
  #scaling: Scaling;
  #agent = false;
  /** What the guest's clipboard was last given or gave: not to be sent back and forth. */
  #clipboardText: string | undefined;

  constructor(options: SpiceViewOptions) {
    super();
    this.#options = options;
    this.#viewOnly = options.viewOnly ?? false;
    this.#scaling = options.scaling ?? 'fit';
    const { ownerDocument } = options.container;
    this.#root = ownerDocument.createElement('div');
    this.#root.style.cssText = 'position:relative;width:100%;height:100%;overflow:hidden';
    this.#screen = new Screen(ownerDocument);
    this.#overlay = new CursorOverlay(this.#root, this.#screen.canvas);
    this.#root.append(this.#screen.canvas);
    this.#applyScaling();
    options.container.append(this.#root);
  }

  get state(): SpiceViewState {
    return this.#state;
  }

  /** Why connecting failed or the session ended. */
  get error(): SpiceError | undefined {
    return this.#error;
  }

  get resolution(): { width: number; height: number } | undefined {
    return this.#resolution;
  }

  get agentConnected(): boolean {
    return this.#agent;
  }

  get mouseMode(): MouseMode {
    return this.#mouseMode;
  }

  get viewOnly(): boolean {
    return this.#viewOnly;
  }

  set viewOnly(viewOnly: boolean) {
    this.#viewOnly = viewOnly;
    if (viewOnly) this.releaseKeys();
    this.#applyViewOnly();
  }

  get scaling(): Scaling {
    return this.#scaling;
  }

  set scaling(scaling: Scaling) {
    this.#scaling = scaling;
    this.#applyScaling();
  }

  /** @throws SpiceError link | auth | timeout | aborted | closed | transport */
  async connect(): Promise<void> {
    if (this.#state !== 'idle') throw new SpiceError('closed', 'a view connects once');
    this.#setState('connecting');
    const { openChannel, linkTimeoutMs = 15_000, imageCompression } = this.#options;
    try {
      this.#session = await SpiceSession.connect({
        openChannel: async (type, id) => {
          const { url, protocols, password } = await openChannel(type, id);
          return { transport: await connectWebSocket({ url, protocols }, linkTimeoutMs), password };
        },
        jpeg: decodeJpegInBrowser,
        linkTimeoutMs,
        imageCompression,
        signal: this.#abort.signal,
        events: {
          disconnected: (reason) => this.#ended(reason),
          resized: (display, width, height) => {
            if (display.id === 0) this.#resized(display.primary, width, height);
          },
          drawn: (display, area) => {
            if (display.id === 0) this.#screen.changed(area);
          },
          blanked: (display) => {
            if (display.id === 0) this.#screen.show(undefined);
          },
          cursor: (shape) => {
            this.#cursor = shape;
            this.#applyCursor();
          },
          cursorMoved: (x, y) => this.#overlay.moveTo(x, y),
          locks: (locks) => {
            this.#keyboard?.locksSettled();
            this.#emit('locks', locks);
          },
          mouseMode: (mode) => this.#setMouseMode(mode),
          named: (name) => this.#emit('named', name),
          agent: (connected) => this.#agentChanged(connected),
          guestCopied: (text) => this.#guestCopied(text),
        },
      });
    } catch (thrown) {
      const error =
        thrown instanceof SpiceError ? thrown : new SpiceError('transport', String(thrown), { cause: thrown });
      this.#error = error;
      this.#setState('disconnected');
      throw error;
    }
    this.#attachInputs(this.#session);
    this.#setState('connected');
  }

  /** Ends the session, if there is one, and takes the view out of the page. */
  close(): void {
    this.#abort.abort();
    this.#detachInputs();
    this.#session?.close();
    this.#screen.dispose();
    this.#root.remove();
    if (this.#state === 'idle') this.#setState('disconnected');
  }

  focus(): void {
    this.#screen.canvas.focus({ preventScroll: true });
  }

  /** Presses keys in order and releases them in reverse. `codes` are KeyboardEvent.code values. */
  sendKeys(codes: readonly string[]): void {
    const { inputs } = this.#session ?? {};
    if (!inputs) return;
    const scancodes = codes.map(scancodeOf).filter((scancode) => scancode !== undefined);
    for (const scancode of scancodes) inputs.keyDown(scancode);
    for (const scancode of scancodes.toReversed()) inputs.keyUp(scancode);
  }

  sendCtrlAltDel(): void {
    this.sendKeys(['ControlLeft', 'AltLeft', 'Delete']);
  }

  /**
   * Types text as keystrokes of a US keyboard: for guests without an agent, log-in screens, consoles.
   * Resolves with the characters that such a keyboard does not have.
   * @throws SpiceError aborted | closed
   */
  typeText(text: string, { signal }: { signal?: AbortSignal } = {}): Promise<{ skipped: string }> {
    const { inputs } = this.#session ?? {};
    if (!inputs) return Promise.reject(new SpiceError('closed', 'there is no keyboard'));
    return typeCharacters(text, inputs, signal ? AbortSignal.any([signal, this.#abort.signal]) : this.#abort.signal);
  }

  /** Offers text as clipboard; the guest fetches it when somebody pastes. False where no agent takes it. */
  pasteText(text: string): boolean {
    this.#clipboardText = text;
    return this.#session?.main.agent.offerText(text) ?? false;
  }

  /** Lets go of every key and button held. */
  releaseKeys(): void {
    this.#keyboard?.releaseAll();
    this.#pointer?.releaseAll();
  }

  /** Asks the guest for a screen of that many pixels. False where no agent can do so. */
  resizeGuest(width: number, height: number): boolean {
    return this.#session?.main.agent.configureMonitors([{ width, height }]) ?? false;
  }

  /** The screen as a PNG. @throws SpiceError closed when there is none */
  screenshot(): Promise<Blob> {
    this.#screen.paint();
    return new Promise((resolve, reject) => {
      this.#screen.canvas.toBlob((blob) => {
        if (blob && this.#resolution) resolve(blob);
        else reject(new SpiceError('closed', 'there is no screen'));
      }, 'image/png');
    });
  }

  /** Shows the view alone on the screen and, where the browser lets it, captures keys such as Alt+Tab. */
  async requestFullscreen(): Promise<void> {
    await this.#root.requestFullscreen();
    const { keyboard } = navigator as { keyboard?: { lock?(): Promise<void> } };
    await keyboard?.lock?.();
    this.focus();
  }

  #attachInputs(session: SpiceSession): void {
    const { inputs } = session;
    const { canvas } = this.#screen;
    if (inputs) {
      this.#keyboard = new Keyboard(canvas, inputs);
      this.#pointer = new Pointer(canvas, inputs);
      this.#pointer.mode = this.#mouseMode;
      this.#applyViewOnly();
    }
    this.#applyCursor();
    if (this.#options.resizeGuest !== false) {
      this.#guestSize = new GuestSize(this.#root, ({ width, height }) => this.resizeGuest(width, height));
    }
    canvas.addEventListener('focus', () => void this.#offerClipboard(), { signal: this.#abort.signal });
  }

  #detachInputs(): void {
    this.#keyboard?.detach();
    this.#pointer?.detach();
    this.#guestSize?.detach();
  }

  #resized(surface: Surface | undefined, width: number, height: number): void {
    this.#resolution = { width, height };
    this.#screen.show(surface);
    this.#emit('resolution', { width, height });
  }

  #setMouseMode(mode: MouseMode): void {
    if (mode === this.#mouseMode) return;
    this.#mouseMode = mode;
    if (this.#pointer) this.#pointer.mode = mode;
    this.#applyCursor();
    this.#emit('mousemode', mode);
  }

  #agentChanged(connected: boolean): void {
    this.#agent = connected;
    this.#emit('agent', connected);
    if (!connected) return;
    this.#guestSize?.announce();
    void this.#offerClipboard();
  }

  async #offerClipboard(): Promise<void> {
    if (this.#options.clipboard === false || this.#viewOnly || !this.#agent) return;
    const text = await readClipboard();
    if (text && text !== this.#clipboardText) this.pasteText(text);
  }

  #guestCopied(text: string): void {
    this.#clipboardText = text;
    this.#emit('guestcopied', text);
    if (this.#options.clipboard !== false) void writeClipboard(text);
  }

  #ended(reason: SpiceError | undefined): void {
    this.#error = reason;
    this.#detachInputs();
    this.#setState('disconnected');
    this.#emit('disconnected', reason);
  }

  #applyCursor(): void {
    const server = this.#mouseMode === 'server';
    this.#overlay.show(server ? this.#cursor : undefined);
    if (server) this.#screen.canvas.style.cursor = 'default';
    else this.#screen.setCursor(this.#cursor);
  }

  #applyViewOnly(): void {
    if (this.#keyboard) this.#keyboard.enabled = !this.#viewOnly;
    if (this.#pointer) this.#pointer.enabled = !this.#viewOnly;
  }

  #applyScaling(): void {
    const fit = this.#scaling === 'fit';
    this.#root.style.overflow = fit ? 'hidden' : 'auto';
    const size = fit ? 'width:100%;height:100%;object-fit:contain' : '';
    const { style } = this.#screen.canvas;
    const { cursor } = style;
    style.cssText = `display:block;outline:none;touch-action:none;user-select:none;${size}`;
    style.cursor = cursor;
  }

  #setState(state: SpiceViewState): void {
    this.#state = state;
    this.#emit('statechange', undefined);
  }

  #emit<Name extends keyof SpiceViewEvents>(name: Name, detail: SpiceViewEvents[Name]): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

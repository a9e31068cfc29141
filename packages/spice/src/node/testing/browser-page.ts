import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createConnection } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { Screenshot } from '../index.ts';

const CHROMIUM = '/usr/bin/chromium';
const QUIET = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

const PAGE = `<!doctype html><meta charset="utf-8"><title>spice</title>
<style>html,body{margin:0;height:100%;background:#000}#desktop{width:1000px;height:700px}</style>
<div id="desktop"></div><script type="module">
import { SpiceView } from '/view.js';
const container = document.getElementById('desktop');
const view = new SpiceView({
  container,
  openChannel: async (type, id) => ({ url: 'ws://' + location.host + '/spice?channel=' + type + id }),
});
window.view = view;
window.states = [];
window.bitmaps = 0;
const decode = window.createImageBitmap;
window.createImageBitmap = (...args) => (window.bitmaps++, decode(...args));
view.addEventListener('statechange', () => window.states.push(view.state));
window.decoders = 0;
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...of) {
    super(...of);
    window.decoders++;
  }
};
window.connected = view.connect();
window.pixels = async () => {
  await view.screenshot();
  const canvas = container.querySelector('canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let text = '';
  for (let i = 0; i < data.length; i += 32768) text += String.fromCharCode(...data.subarray(i, i + 32768));
  return { width: canvas.width, height: canvas.height, base64: btoa(text) };
};
</script>`;

/** Why a page cannot be shown here, or undefined. */
export function missingBrowser(): string | undefined {
  return existsSync(CHROMIUM) ? undefined : `${CHROMIUM} is not installed`;
}

interface Served {
  url: string;
  close(): Promise<void>;
}

/** A desktop in a page of Chromium, 1000 x 700. */
export class DesktopPage {
  readonly page: Page;
  /** What the page threw. */
  readonly errors: string[] = [];
  readonly #browser: Browser;
  readonly #served: Served;

  private constructor(page: Page, browser: Browser, served: Served) {
    this.page = page;
    this.#browser = browser;
    this.#served = served;
    page.on('pageerror', (error) => this.errors.push(error.message));
  }

  /** Resolves when the page is connected to the server. */
  static async open(spicePort: number): Promise<DesktopPage> {
    const served = await servePage(spicePort);
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--headless', '--no-sandbox', '--disable-component-update', '--disable-sync', ...QUIET],
    });
    const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
    const desktop = new DesktopPage(page, browser, served);
    await page.goto(served.url);
    await page.evaluate('window.connected');
    return desktop;
  }

  /** What the canvas shows now. */
  async canvas(): Promise<Screenshot> {
    const picture = await this.page.evaluate<{ width: number; height: number; base64: string }>('window.pixels()');
    const { width, height, base64 } = picture;
    return { width, height, rgba: new Uint8Array(Buffer.from(base64, 'base64')) };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#served.close();
  }
}

/** Bundles the browser half, serves a page that shows it, and passes its WebSockets on to a SPICE port. */
async function servePage(spicePort: number): Promise<Served> {
  const script = await bundle();
  const server = createServer((request, response) => {
    const isScript = request.url === '/view.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : PAGE);
  });
  relay(server, spicePort);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      lib: {
        entry: fileURLToPath(new URL('../../browser/index.ts', import.meta.url)),
        formats: ['es'],
        fileName: 'view',
      },
    },
  });
  const [first] = Array.isArray(result) ? result : [result];
  if (!first || !('output' in first)) throw new Error('vite built nothing');
  return first.output[0].code;
}

/** Joins each WebSocket with a connection to the server. */
function relay(server: Server, spicePort: number): void {
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'binary' });
  sockets.on('connection', (socket) => {
    const tcp = createConnection({ port: spicePort, host: '127.0.0.1', noDelay: true });
    const stream = createWebSocketStream(socket);
    // Either end takes the other with it; 'close' follows an error.
    for (const [end, other] of [
      [tcp, stream],
      [stream, tcp],
    ] as const) {
      end.on('error', () => other.destroy());
      end.on('close', () => other.destroy());
    }
    stream.pipe(tcp).pipe(stream);
  });
}

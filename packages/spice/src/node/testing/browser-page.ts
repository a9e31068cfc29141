import { createServer, type Server } from 'node:http';
import { createConnection } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

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
view.addEventListener('statechange', () => window.states.push(view.state));
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

/** Bundles the browser half, serves a page that shows it, and passes its WebSockets on to a SPICE port. */
export async function servePage(spicePort: number): Promise<{ url: string; close(): Promise<void> }> {
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

/** Passes WebSockets on to the server as they are: libspice-server speaks WebSocket on its own port. */
function relay(server: Server, spicePort: number): void {
  server.on('upgrade', (request, socket, head) => {
    const tcp = createConnection(spicePort, '127.0.0.1');
    const headers = request.rawHeaders.map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
    tcp.write(`GET / HTTP/1.1\r\n${headers}\r\n`);
    tcp.write(head);
    // Either end takes the other with it; 'close' follows an error.
    for (const [end, other] of [
      [tcp, socket],
      [socket, tcp],
    ] as const) {
      end.on('error', () => other.destroy());
      end.on('close', () => other.destroy());
    }
    socket.pipe(tcp).pipe(socket);
  });
}

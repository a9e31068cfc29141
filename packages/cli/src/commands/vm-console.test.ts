import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { run } from '../run.ts';
import { EngineDouble, json } from '../testing/engine-double.ts';

let engine: EngineDouble;
let sockets: WebSocketServer;
beforeEach(async () => {
  const ticket = { ticket: 'X', path: '/console/serial', protocols: ['binary', 'domus-ticket.X'], expiresAt: '' };
  engine = await EngineDouble.start((_, response) => json(response, 201, ticket));
  sockets = new WebSocketServer({ server: engine.server, path: '/console/serial' });
});
afterEach(async () => {
  sockets.close();
  await engine.stop();
});

/** A terminal whose keys and screen the test holds. */
function terminal() {
  const raw: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => raw.push(on) });
  const stdout = new PassThrough();
  const environment = { DOMUS_DATA_DIR: engine.dataDir };
  return { stdin, stdout, stderr: new PassThrough(), environment, userId: 0, raw };
}
const connected = () =>
  new Promise<{ socket: WebSocket; protocols: string | undefined }>((resolve) => {
    sockets.once('connection', (socket, request) =>
      resolve({ socket, protocols: request.headers['sec-websocket-protocol'] }),
    );
  });
const next = (socket: WebSocket) =>
  new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));

it("carries keys to the guest and the guest's bytes to the screen, until Ctrl-]", async () => {
  const person = terminal();
  const guest = connected();
  const ended = run(['vm', 'console', 'first'], person);
  const { socket, protocols } = await guest;
  expect(protocols).toBe('binary,domus-ticket.X');
  socket.send(Buffer.from('login: '));
  const [screen] = await new Promise<[Buffer]>((resolve) =>
    person.stdout.once('data', (data: Buffer) => resolve([data])),
  );
  expect(String(screen)).toBe('login: ');
  const heard = next(socket);
  person.stdin.write('root\r');
  expect(await heard).toBe('root\r');
  person.stdin.write('\x1d');
  expect(await ended).toBe(0);
  expect(person.raw).toEqual([true, false]);
});

it('ends by itself where the guest hangs up', async () => {
  const person = terminal();
  const guest = connected();
  const ended = run(['vm', 'console', 'first'], person);
  (await guest).socket.close();
  expect(await ended).toBe(0);
  expect(person.raw).toEqual([true, false]);
});

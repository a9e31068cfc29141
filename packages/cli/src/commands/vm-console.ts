import { connect as connectSocket } from 'node:net';
import { type ConsoleTicket, text } from '@domus/contract';
import WebSocket from 'ws';
import type { Target } from '../connection/target.ts';
import { CommandFailed, UsageError } from '../errors.ts';
import type { Session } from '../session.ts';
import type { Group } from './group.ts';

/** Ctrl-], as in telnet and virsh: no shell and few editors want it. */
const escapeByte = 0x1d;

export function registerVmConsole(group: Group): void {
  group.verb('console <name>', 'The serial console in this terminal; Ctrl-] leaves it', async (session, [id]) => {
    const { terminal, engine, signal } = session;
    if (!terminal.stdin.isTTY) {
      throw new UsageError(text('A console needs a terminal', '控制台需要终端'));
    }
    const ticket = await engine.client.call('vm.console', { params: { id: id! }, body: { kind: 'serial' } }, signal);
    const socket = openConsole(engine.target, ticket);
    socket.once('open', () =>
      session.say(
        text(
          `Connected to ${id}. Ctrl-] leaves. Press Enter if nothing shows.`,
          `已连接到 ${id}。按 Ctrl-] 退出。若无显示请按回车。`,
        ),
      ),
    );
    await relay(session, socket);
    session.say(text('\r\nLeft the console.', '\r\n已离开控制台。'));
  });
}

function openConsole(target: Target, { path, protocols }: ConsoleTicket): WebSocket {
  const timeout = { handshakeTimeout: 10_000 };
  if (target.kind === 'socket') {
    const createConnection = () => connectSocket(target.path);
    return new WebSocket(`ws://localhost${path}`, protocols, { ...timeout, createConnection });
  }
  const url = new URL(path, target.url);
  url.protocol = target.url.protocol === 'https:' ? 'wss:' : 'ws:';
  const headers = target.token === null ? {} : { authorization: `Bearer ${target.token}` };
  return new WebSocket(url, protocols, { ...timeout, headers, ...(target.ca === null ? {} : { ca: target.ca }) });
}

/** Keys to the guest, its bytes to the screen, until Ctrl-], the guest's end or the engine's. */
async function relay({ terminal, signal }: Session, socket: WebSocket): Promise<void> {
  const { stdin, stdout } = terminal;
  const typed = (keys: Buffer) => {
    const leave = keys.indexOf(escapeByte);
    socket.send(leave < 0 ? keys : keys.subarray(0, leave));
    if (leave >= 0) socket.close(1000);
  };
  const leave = () => socket.close(1000);
  signal.addEventListener('abort', leave, { once: true });
  socket.on('message', (data: Buffer) => stdout.write(data));
  // Keys typed before the socket stands wait in stdin.
  socket.once('open', () => {
    stdin.setRawMode?.(true);
    stdin.on('data', typed);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('close', () => resolve());
      socket.once('error', (cause) =>
        reject(
          new CommandFailed(text(`The console broke: ${cause.message}`, `控制台中断：${cause.message}`), { cause }),
        ),
      );
    });
  } finally {
    signal.removeEventListener('abort', leave);
    stdin.off('data', typed);
    stdin.setRawMode?.(false);
    stdin.pause();
  }
}

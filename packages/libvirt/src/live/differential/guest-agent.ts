/**
 * Debian's own qemu-ga where libvirt looks for that of a guest: in the daemon's namespaces instead of in a guest, which
 * would need an operating system. It would act on this machine, so all that changes anything is blocked.
 */
import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { PrivateHost } from '../../testing/private-host.ts';

const BLOCKED = [
  'guest-shutdown',
  'guest-suspend-disk',
  'guest-suspend-ram',
  'guest-suspend-hybrid',
  'guest-set-time',
  'guest-set-user-password',
  'guest-exec',
  'guest-exec-status',
  ...['open', 'close', 'read', 'write', 'seek', 'flush'].map((act) => `guest-file-${act}`),
  ...['freeze', 'freeze-list', 'thaw'].map((act) => `guest-fsfreeze-${act}`),
  'guest-fstrim',
  'guest-set-vcpus',
  'guest-set-memory-blocks',
  ...['get', 'add', 'remove'].map((act) => `guest-ssh-${act}-authorized-keys`),
];

/**
 * A channel's socket. QEMU connects to it as well as libvirt, and qemu-ga serves one client at a time: it is reached only
 * for who has something to say, which QEMU, without a guest, never has.
 */
export class GuestAgent {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(agentPath: string) {
    this.#server = createServer((client) => this.#onClient(client, agentPath));
  }

  static async start(host: PrivateHost, path: string): Promise<GuestAgent> {
    const agentPath = `${path}.ga`;
    const state = ['--statedir', `${host.folder}/run`, '--pidfile', `${path}.pid`];
    const way = ['--method', 'unix-listen', '--path', agentPath];
    await host.daemon(['qemu-ga', ...way, ...state, '--block-rpcs', BLOCKED.join(',')], { path: agentPath });
    const agent = new GuestAgent(agentPath);
    agent.#server.listen(path);
    await once(agent.#server, 'listening');
    return agent;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #onClient(client: Socket, agentPath: string): void {
    this.#keep(client);
    client.once('data', (first: Buffer) => {
      const agent = createConnection(agentPath);
      this.#keep(agent);
      agent.write(first);
      client.pipe(agent).pipe(client);
    });
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    // Whoever leaves without a word: the guest ended.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }
}

import { once } from 'node:events';
import { createServer, type ListenOptions, type Server as NetServer } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { LibvirtError } from '../errors.ts';
import type { FrameHeader } from '../rpc/frame.ts';
import type { KeepaliveOptions } from '../rpc/keepalive.ts';
import type { Transport } from '../transport/transport.ts';
import { XdrWriter } from '../xdr/writer.ts';
import type { ServerContext } from './context.ts';
import type { Fault } from './faults.ts';
import type { Client, Handlers } from './handlers.ts';
import { type OpenDriver, openingHandlers } from './opening.ts';
import { Peer } from './peer.ts';

/** What answers, and what may go wrong. */
export interface ServerOptions<Driver> {
  /** Finds what shall answer on a connection; what it throws is the answer to CONNECT_OPEN. */
  readonly open: OpenDriver<Driver>;
  /** By procedure; they go before those that every connection begins with (no authentication, features, open, close). */
  readonly handlers: Handlers<Driver>;
  /** Calls of one client at a time; while they run nothing more is read from it. Default 5, as libvirtd's. */
  readonly maxClientRequests?: number | undefined;
  /** Pings to clients that know keepalive; false: none. Default after 5 s of silence, dropped after 5 without answer. */
  readonly keepalive?: KeepaliveOptions | false | undefined;
  /** What shall go wrong with a call. */
  readonly faultOf?: ((client: Client<Driver>, procedure: string) => Fault | undefined) | undefined;
  /** Sees every new connection. */
  readonly onPeer?: ((peer: Peer<Driver>) => void) | undefined;
  /** Sees every frame of a client; true: it is not worked on. */
  readonly tap?: ((client: Client<Driver>, header: FrameHeader, payload: Buffer) => boolean) | undefined;
  /** Connections that were ended for what a client sent, and bugs in handlers. Default: standard error. */
  readonly log?: ((line: string) => void) | undefined;
}

/** Where a server listens. A port of 0 is any free one; the default host is the loopback: nothing is encrypted here. */
export type ListenAddress = { readonly path: string } | { readonly port: number; readonly host?: string | undefined };

/** Speaks the daemon's side of the protocol on any number of sockets. */
export class Server<Driver> {
  readonly #options: ServerOptions<Driver>;
  readonly #context: ServerContext<Driver>;
  readonly #peers = new Set<Peer<Driver>>();
  readonly #listeners = new Set<NetServer>();

  constructor(options: ServerOptions<Driver>) {
    this.#options = options;
    this.#context = {
      handlers: { ...openingHandlers(options.open), ...options.handlers },
      writer: new XdrWriter(),
      maxClientRequests: options.maxClientRequests ?? 5,
      keepalive: options.keepalive ?? { intervalMs: 5000, count: 5 },
      faultOf: options.faultOf ?? (() => undefined),
      tap: options.tap ?? (() => false),
      log: options.log ?? ((line) => console.error(line)),
    };
  }

  /** A way to this server inside of this process: `connect({ uri, transport: server.transport })`. */
  readonly transport: Transport = async () => {
    const [near, far] = duplexPair();
    this.#accept(far);
    return near;
  };

  /** Takes clients at a socket; resolves with the address, or rejects with CONNECTION_FAILED where there is none to have. */
  async listen(address: ListenAddress): Promise<ListenAddress> {
    const listener = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    const where: ListenOptions = 'path' in address ? address : { host: '127.0.0.1', ...address };
    try {
      await once(listener.listen({ backlog: 4096, ...where }), 'listening');
    } catch (cause) {
      throw new LibvirtError({ code: 'CONNECTION_FAILED', message: `cannot listen: ${String(cause)}`, cause });
    }
    this.#listeners.add(listener);
    const bound = listener.address();
    if (bound === null || typeof bound === 'string') return address;
    return { host: bound.address, port: bound.port };
  }

  /** Ends all connections and stops listening. */
  async close(): Promise<void> {
    const closing = [...this.#listeners].map((listener) => once(listener.close(), 'close'));
    for (const peer of this.#peers) peer.close();
    await Promise.all(closing);
    this.#listeners.clear();
  }

  /** `await using`: ends listening and all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #accept(socket: Duplex): void {
    const peer = new Peer(socket, this.#context);
    this.#peers.add(peer);
    peer.closed.addEventListener('abort', () => this.#peers.delete(peer), { once: true });
    this.#options.onPeer?.(peer);
  }
}

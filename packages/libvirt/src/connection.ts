import { type AttemptOptions, attempt } from './attempt.ts';
import { authenticate } from './auth/authenticate.ts';
import type { CredentialsCallback } from './auth/credentials.ts';
import type { ArgsOf, Caller, CallParameters, ProcedureName, RetOf, StreamOptions } from './caller.ts';
import { type ConnectPhase, LibvirtError } from './errors.ts';
import { Events } from './events/events.ts';
import { DriverFeature } from './features.ts';
import { ConnectFlags } from './generated/enums.ts';
import { procedures } from './generated/procedures.ts';
import { Domains } from './objects/domains.ts';
import { Host } from './objects/host.ts';
import { Interfaces } from './objects/interfaces.ts';
import { Networks } from './objects/networks.ts';
import { NodeDevices } from './objects/node-devices.ts';
import { NWFilterBindings } from './objects/nwfilter-bindings.ts';
import { NWFilters } from './objects/nwfilters.ts';
import { Secrets } from './objects/secrets.ts';
import { StoragePools } from './objects/storage-pools.ts';
import { StorageVolumes } from './objects/storage-volumes.ts';
import { mayOverflow, Overflow } from './overflow.ts';
import { DEFAULT_DEADLINE_MS, RpcClient } from './rpc/client.ts';
import type { KeepaliveOptions } from './rpc/keepalive.ts';
import type { CallOptions } from './rpc/pending-call.ts';
import type { Procedure } from './rpc/procedure.ts';
import { PacketStream } from './streams/packet-stream.ts';
import { findRoute, type Route } from './transport/route.ts';
import type { Transport } from './transport/transport.ts';
import { waitFor } from './wait-for.ts';

/** Which daemon, how, and as whom. */
export interface ConnectOptions extends AttemptOptions {
  /**
   * A libvirt URI in full or an alias of libvirt.conf: `qemu:///system`, `qemu+tls://host/system`, `qemu+ssh://u@host/system`, …
   * Default: LIBVIRT_DEFAULT_URI, `uri_default` of libvirt.conf, or what the daemon of this machine finds.
   */
  readonly uri?: string | undefined;
  /** The daemon's unix socket, where it is not at its usual place. */
  readonly socketPath?: string | undefined;
  /** Another way to the daemon. Each sibling connection uses it again. */
  readonly transport?: Transport | undefined;
  /** Asked for passwords and passphrases, by SASL and SSH, before auth.conf is read. */
  readonly credentials?: CredentialsCallback | undefined;
  /**
   * Whether nobody on the way can read along: only then is a password sent as it is (SASL PLAIN). Default true for unix
   * sockets, TLS and SSH, false for TCP, `ext` and `transport`, of which this client knows nothing.
   */
  readonly confidential?: boolean | undefined;
  /** SSH hosts on the way, `user@host:port`, several with commas, the first reached first. */
  readonly proxyJump?: string | undefined;
  /** virConnectOpenReadOnly: what changes anything is refused with OPERATION_DENIED. */
  readonly readonly?: boolean | undefined;
  /** Default deadline of calls. Default 60,000; calls that copy or wait for a guest have a longer one of their own. */
  readonly deadlineMs?: number | undefined;
  /**
   * Calls under way at a time; more wait here. Default 5, the daemon's own `max_client_requests`. The last slot is left to
   * procedures of high priority (`domainGetState`, lists, lookups): they never wait for a guest, nor for calls that do.
   */
  readonly maxInFlight?: number | undefined;
  /**
   * Connections that calls of low priority may use, this one included: where guests that hang have taken all slots, others
   * are opened, and closed with this one. Default 1. For calls, that is: streams open theirs besides.
   */
  readonly maxConnections?: number | undefined;
  /** Own pings; false: none. Default after 5 s of silence, lost after 5 without answer. */
  readonly keepalive?: KeepaliveOptions | false | undefined;
}

/** Opens a connection to a libvirt daemon: transport, authentication, CONNECT_OPEN. Errors tell their phase. */
export async function connect(options: ConnectOptions = {}): Promise<Connection> {
  const route = await findRoute(options);
  return attempt(route.text, options, async (signal, enter) => {
    const socket = await route.transport(signal, enter);
    const connection = new Connection(options, socket);
    await connection.open(route, signal, enter);
    return connection;
  });
}

/** One connection to one daemon. */
export class Connection implements Caller {
  readonly #options: ConnectOptions;
  readonly #client: RpcClient;
  readonly #closed = Promise.withResolvers<LibvirtError>();
  readonly #ended = new AbortController();
  readonly #overflow: Overflow<Connection>;
  /** The driver keeps what it knows per connection: nothing is asked of another one. */
  #isAlone = false;

  /** The machine and its daemon. */
  readonly host = new Host(this);
  /** Domains: virtual machines and containers. */
  readonly domains = new Domains(this);
  /** Storage pools. */
  readonly storagePools = new StoragePools(this);
  /** Storage volumes, whatever pool they are in. */
  readonly storageVolumes = new StorageVolumes(this);
  /** Network interfaces of the host. */
  readonly interfaces = new Interfaces(this);
  /** Virtual networks. */
  readonly networks = new Networks(this);
  /** Devices of the host. */
  readonly nodeDevices = new NodeDevices(this);
  /** Passphrases and keys. */
  readonly secrets = new Secrets(this);
  /** Packet filters. */
  readonly nwfilters = new NWFilters(this);
  /** Which packet filter is in force on which port. */
  readonly nwfilterBindings = new NWFilterBindings(this);
  /** What the daemon tells by itself. */
  readonly events: Events = new Events(this);

  /** @internal Use `connect()`. */
  constructor(options: ConnectOptions, socket: ConstructorParameters<typeof RpcClient>[0]) {
    this.#options = options;
    this.#overflow = new Overflow((options.maxConnections ?? 1) - 1, () =>
      connect({ ...options, maxConnections: 1, signal: undefined }),
    );
    this.#client = new RpcClient(socket, {
      maxInFlight: options.maxInFlight,
      deadlineMs: options.deadlineMs,
      onMessage: (header, bytes, start, end) => this.events.deliver(header, bytes, start, end),
      onClosed: (error) => {
        this.events.fail(error);
        this.#closed.resolve(error);
        this.#ended.abort(error);
        void this.#overflow.close();
      },
    });
  }

  /** @internal Authenticates and opens the driver; `connect()` does it. On failure the connection is ended. */
  async open(route: Route, signal: AbortSignal, enter: (phase: ConnectPhase) => void): Promise<void> {
    this.#isAlone = /^test:\/\/(?!\/default)/.test(route.uri.name);
    try {
      enter('authentication');
      await authenticate(this, route, this.#options.credentials, signal);
      enter('open');
      await this.#startKeepalive(signal);
      const flags = this.#options.readonly ? ConnectFlags.RO : 0;
      await this.call('connectOpen', { name: route.uri.name, flags }, { signal });
    } catch (error) {
      this.#client.end(error instanceof LibvirtError ? error : closedError(String(error)));
      throw error;
    }
  }

  async #startKeepalive(signal: AbortSignal): Promise<void> {
    const options = this.#options.keepalive ?? { intervalMs: 5000, count: 5 };
    if (options === false) return;
    const { supported } = await this.call(
      'connectSupportsFeature',
      { feature: DriverFeature.PROGRAM_KEEPALIVE },
      { signal },
    );
    if (supported === 1) this.#client.startKeepalive(options);
  }

  /** Resolves, with why, when the connection has ended. Never rejects. */
  get closed(): Promise<LibvirtError> {
    return this.#closed.promise;
  }

  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Whether the next call that may wait for a guest has to wait for a slot first. */
  get isBusy(): boolean {
    return this.#client.isBusy;
  }

  /** Whether calls can be made; virConnectIsAlive, without a call. */
  get isOpen(): boolean {
    return this.#client.ended === undefined;
  }

  /** Calls any procedure of the protocol. `connection.call('domainGetInfo', { dom }, { signal, deadlineMs })` */
  call<Name extends ProcedureName>(name: Name, ...[args, options]: CallParameters<Name>): Promise<RetOf<Name>> {
    const procedure: Procedure<ArgsOf<Name>, RetOf<Name>> = procedures[name];
    const goesBeside = procedure.priority === 'low' && this.#client.isBusy && !this.#isAlone && mayOverflow(name);
    return goesBeside ? this.#callBeside(name, args, options) : this.#client.call(procedure, args, options);
  }

  async #callBeside<Name extends ProcedureName>(
    name: Name,
    args: ArgsOf<Name>,
    options: CallOptions = {},
  ): Promise<RetOf<Name>> {
    const procedure: Procedure<ArgsOf<Name>, RetOf<Name>> = procedures[name];
    const deadlineMs = options.deadlineMs ?? this.#options.deadlineMs ?? DEFAULT_DEADLINE_MS;
    const expiresAt = performance.now() + deadlineMs;
    for (;;) {
      const lane = this.#overflow.find();
      const left = { ...options, deadlineMs: Math.max(expiresAt - performance.now(), 0) };
      if (lane instanceof Connection) return lane.#client.call(procedure, args, left);
      if (!lane || !(await waitFor(name, lane, left, deadlineMs))) return this.#client.call(procedure, args, left);
    }
  }

  /** Calls a procedure that opens a stream, by default on a connection of its own: virStreamNew and what takes it. */
  async openStream<Name extends ProcedureName>(
    name: Name,
    args: ArgsOf<Name>,
    options: StreamOptions = {},
  ): Promise<{ ret: RetOf<Name>; stream: PacketStream }> {
    if (options.ownConnection === false || this.#isAlone) return this.#openStream(name, args, options, () => undefined);
    // Without keepalive: a reader that is slow answers no pings, and the daemon would drop it for that.
    const sibling = await connect({ ...this.#options, maxConnections: 1, keepalive: false, signal: options.signal });
    const released = Promise.withResolvers<void>();
    try {
      const opened = await sibling.#openStream(name, args, options, released.resolve);
      void released.promise.then(() => sibling.close());
      return opened;
    } catch (error) {
      // Its goodbye may take a while; whoever gave up does not wait for it.
      void sibling.close();
      throw error;
    }
  }

  async #openStream<Name extends ProcedureName>(
    name: Name,
    args: ArgsOf<Name>,
    options: CallOptions,
    onReleased: () => void,
  ): Promise<{ ret: RetOf<Name>; stream: PacketStream }> {
    const procedure: Procedure<ArgsOf<Name>, RetOf<Name>> = procedures[name];
    const abort = () => stream.abort(options.signal?.reason);
    const letGo = () => options.signal?.removeEventListener('abort', abort);
    const stream = new PacketStream(this.#client, procedure, () => {
      letGo();
      onReleased();
    });
    options.signal?.addEventListener('abort', abort, { once: true });
    try {
      const { ret, serial } = await this.#client.callWithStream(procedure, args, stream, options);
      stream.attach(serial);
      return { ret, stream };
    } catch (error) {
      letGo();
      throw error;
    }
  }

  /** Another connection of the same kind to the same daemon, closed by whoever asked for it. */
  openSibling(signal?: AbortSignal): Promise<Connection> {
    return connect({ ...this.#options, signal });
  }

  /** Says goodbye and ends the connection; calls under way reject with CONNECTION_CLOSED. Never rejects. */
  async close(): Promise<void> {
    if (!this.isOpen) return;
    const goodbye = this.call('connectClose', undefined, { deadlineMs: 2000 });
    // A daemon that does not answer its goodbye is left all the same.
    await goodbye.catch(() => undefined);
    this.#client.end(closedError('closed'));
    await this.#overflow.close();
  }

  /** `await using`: the same as `close()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function closedError(message: string): LibvirtError {
  return new LibvirtError({ code: 'CONNECTION_CLOSED', message: `connection ${message}` });
}

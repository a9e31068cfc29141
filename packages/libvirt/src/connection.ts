import type { ArgsOf, Caller, CallParameters, ProcedureName, RetOf, StreamOptions } from './caller.ts';
import { LibvirtError } from './errors.ts';
import { Events } from './events/events.ts';
import { AuthType, DriverFeature } from './features.ts';
import { ConnectFlags } from './generated/enums.ts';
import { procedures } from './generated/procedures.ts';
import { Domains } from './objects/domains.ts';
import { Host } from './objects/host.ts';
import { Networks } from './objects/networks.ts';
import { NodeDevices } from './objects/node-devices.ts';
import { NWFilters } from './objects/nwfilters.ts';
import { Secrets } from './objects/secrets.ts';
import { StoragePools } from './objects/storage-pools.ts';
import { StorageVolumes } from './objects/storage-volumes.ts';
import { RpcClient } from './rpc/client.ts';
import type { KeepaliveOptions } from './rpc/keepalive.ts';
import type { CallOptions } from './rpc/pending-call.ts';
import type { Procedure } from './rpc/procedure.ts';
import { PacketStream } from './streams/packet-stream.ts';
import { localTransport } from './transport/local.ts';
import type { Transport } from './transport/transport.ts';
import { parseUri } from './transport/uri.ts';

export interface ConnectOptions {
  /** `qemu:///system`, `qemu:///session`, `test:///default`, each also with `?socket=/path`. */
  readonly uri: string;
  /** The daemon's unix socket, where it is not at its usual place. */
  readonly socketPath?: string | undefined;
  /** Another way to the daemon. Each sibling connection uses it again. */
  readonly transport?: Transport | undefined;
  readonly readonly?: boolean | undefined;
  /** Ends the attempt to connect; a connection that is up is ended by `close()`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the attempt to connect. Default 15,000. */
  readonly connectDeadlineMs?: number | undefined;
  /** Default deadline of calls. Default 60,000; calls that copy or wait for a guest have a longer one of their own. */
  readonly deadlineMs?: number | undefined;
  /** Calls under way at a time; more wait here. Default 5, the daemon's own `max_client_requests`. */
  readonly maxInFlight?: number | undefined;
  /** Own pings; false: none. Default after 5 s of silence, lost after 5 without answer. */
  readonly keepalive?: KeepaliveOptions | false | undefined;
}

/** Opens a connection to a libvirt daemon: transport, authentication, CONNECT_OPEN. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const uri = parseUri(options.uri);
  const transport = options.transport ?? localTransport(uri, options);
  const deadlineMs = options.connectDeadlineMs ?? 15_000;
  const deadline = AbortSignal.timeout(deadlineMs);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  try {
    const socket = await transport(signal);
    const connection = new Connection(options, socket);
    await connection.open(uri.name, signal);
    return connection;
  } catch (cause) {
    if (deadline.aborted) {
      throw new LibvirtError({
        code: 'DEADLINE_EXCEEDED',
        message: `${options.uri}: no connection in ${deadlineMs} ms`,
        cause,
      });
    }
    if (options.signal?.aborted) throw new LibvirtError({ code: 'ABORTED', message: `${options.uri}: aborted`, cause });
    if (cause instanceof LibvirtError) throw cause;
    throw new LibvirtError({ code: 'CONNECTION_FAILED', message: `${options.uri}: ${String(cause)}`, cause });
  }
}

/** One connection to one daemon. */
export class Connection implements Caller {
  readonly #options: ConnectOptions;
  readonly #client: RpcClient;
  readonly #closed = Promise.withResolvers<LibvirtError>();

  readonly host = new Host(this);
  readonly domains = new Domains(this);
  readonly storagePools = new StoragePools(this);
  readonly storageVolumes = new StorageVolumes(this);
  readonly networks = new Networks(this);
  readonly nodeDevices = new NodeDevices(this);
  readonly secrets = new Secrets(this);
  readonly nwfilters = new NWFilters(this);
  readonly events = new Events(this);

  /** Use `connect()`. */
  constructor(options: ConnectOptions, socket: ConstructorParameters<typeof RpcClient>[0]) {
    this.#options = options;
    this.#client = new RpcClient(socket, {
      maxInFlight: options.maxInFlight,
      deadlineMs: options.deadlineMs,
      onMessage: (program, procedure, reader) => this.events.deliver(program, procedure, reader),
      onClosed: (error) => {
        this.events.fail(error);
        this.#closed.resolve(error);
      },
    });
  }

  /** Authenticates and opens the driver; `connect()` does it. On failure the connection is ended. */
  async open(name: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#authenticate(signal);
      await this.#startKeepalive(signal);
      const flags = this.#options.readonly ? ConnectFlags.RO : 0;
      await this.call('connectOpen', { name, flags }, { signal });
    } catch (error) {
      this.#client.end(error instanceof LibvirtError ? error : closedError(String(error)));
      throw error;
    }
  }

  async #authenticate(signal: AbortSignal): Promise<void> {
    const { types } = await this.call('authList', undefined, { signal });
    if (types.length === 0 || types.includes(AuthType.NONE)) return;
    // Polkit asks the daemon's own host about our process: nothing is exchanged here.
    if (types.includes(AuthType.POLKIT)) await this.call('authPolkit', undefined, { signal });
    else
      throw new LibvirtError({
        code: 'AUTH_UNAVAILABLE',
        message: 'the daemon asks for SASL, which this client does not do',
      });
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

  get isOpen(): boolean {
    return this.#client.ended === undefined;
  }

  /** Calls any procedure of the protocol. `connection.call('domainGetInfo', { dom }, { signal, deadlineMs })` */
  call<Name extends ProcedureName>(name: Name, ...[args, options]: CallParameters<Name>): Promise<RetOf<Name>> {
    const procedure: Procedure<ArgsOf<Name>, RetOf<Name>> = procedures[name];
    return this.#client.call(procedure, args, options);
  }

  async openStream<Name extends ProcedureName>(
    name: Name,
    args: ArgsOf<Name>,
    options: StreamOptions = {},
  ): Promise<{ ret: RetOf<Name>; stream: PacketStream }> {
    if (options.ownConnection === false) return this.#openStream(name, args, options, () => undefined);
    // Without keepalive: a reader that is slow answers no pings, and the daemon would drop it for that.
    const sibling = await connect({ ...this.#options, keepalive: false, signal: options.signal });
    const released = Promise.withResolvers<void>();
    try {
      const opened = await sibling.#openStream(name, args, options, released.resolve);
      void released.promise.then(() => sibling.close());
      return opened;
    } catch (error) {
      await sibling.close();
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
    const stream = new PacketStream(this.#client, procedure, () => {
      options.signal?.removeEventListener('abort', abort);
      onReleased();
    });
    options.signal?.addEventListener('abort', abort, { once: true });
    const { ret, serial } = await this.#client.callWithStream(procedure, args, stream, options);
    stream.attach(serial);
    return { ret, stream };
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
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function closedError(message: string): LibvirtError {
  return new LibvirtError({ code: 'CONNECTION_CLOSED', message: `connection ${message}` });
}

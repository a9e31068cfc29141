import { type AttemptOptions, attempt } from '../attempt.ts';
import type { ArgsOf, CallParameters, RetOf } from '../caller.ts';
import { readEnvironment } from '../environment.ts';
import { LibvirtError } from '../errors.ts';
import { procedures } from '../generated/procedures.ts';
import { RpcClient } from '../rpc/client.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import type { Procedure } from '../rpc/procedure.ts';
import { adminSocket } from '../transport/sockets.ts';
import { unixTransport } from '../transport/unix.ts';
import { parseUri } from '../transport/uri.ts';
import { packedVersion, type Version } from '../version.ts';
import type { AdminCaller, AdminProcedureName } from './admin-caller.ts';
import { AdminServer } from './admin-server.ts';

/** How `connectAdmin` reaches a daemon. */
export interface AdminOptions extends AttemptOptions {
  /**
   * `libvirtd:///system`, `virtqemud:///system`, `virtlogd:///session`, …, with `?socket=…` where the socket is not at its
   * usual place. Default: LIBVIRT_ADMIN_DEFAULT_URI, or the libvirtd of the machine for root and of the user for others.
   */
  readonly uri?: string | undefined;
  /** Default deadline of calls. Default 60,000 ms. */
  readonly deadlineMs?: number | undefined;
}

/** Opens a daemon's door for its administrator, who is root or the daemon's own user on the same machine; virAdmConnectOpen. */
export async function connectAdmin(options: AdminOptions = {}): Promise<AdminConnection> {
  const environment = readEnvironment();
  const usual = environment.isRoot ? 'libvirtd:///system' : 'libvirtd:///session';
  const text = options.uri ?? environment.adminDefaultUri ?? usual;
  const transport = unixTransport([adminSocket(parseUri(text), environment)]);
  return attempt(text, options, async (signal, enter) => {
    const connection = new AdminConnection(options, await transport(signal, enter));
    enter('open');
    await connection.open(signal);
    return connection;
  });
}

/** A daemon as its administrator sees it: its servers and their clients, its log. */
export class AdminConnection implements AdminCaller {
  readonly #client: RpcClient;
  readonly #closed = Promise.withResolvers<LibvirtError>();

  /** Use `connectAdmin()`. */
  constructor(options: AdminOptions, socket: ConstructorParameters<typeof RpcClient>[0]) {
    this.#client = new RpcClient(socket, {
      deadlineMs: options.deadlineMs,
      onMessage: () => undefined, // the program has none
      onClosed: this.#closed.resolve,
    });
  }

  /** `connectAdmin()` does it. On failure the connection is ended. */
  async open(signal: AbortSignal): Promise<void> {
    try {
      await this.call('adminConnectOpen', { flags: 0 }, { signal });
    } catch (error) {
      this.#client.end(closedError());
      throw error;
    }
  }

  /** Calls any procedure of the admin program. */
  call<Name extends AdminProcedureName>(name: Name, ...[args, options]: CallParameters<Name>): Promise<RetOf<Name>> {
    const procedure: Procedure<ArgsOf<Name>, RetOf<Name>> = procedures[name];
    return this.#client.call(procedure, args, options);
  }

  /** Resolves, with why, when the connection has ended. Never rejects. */
  get closed(): Promise<LibvirtError> {
    return this.#closed.promise;
  }

  /** Whether calls can be made; virAdmConnectIsAlive, without a call. */
  get isOpen(): boolean {
    return this.#client.ended === undefined;
  }

  /** virAdmConnectGetLibVersion */
  async getLibVersion(options?: CallOptions): Promise<Version> {
    return packedVersion((await this.call('adminConnectGetLibVersion', undefined, options)).libVer);
  }

  /** `libvirtd` and `admin`, or `virtqemud` and `admin`, …; virAdmConnectListServers. */
  async listServers(options?: CallOptions): Promise<AdminServer[]> {
    const { servers } = await this.call('adminConnectListServers', { need_results: 1, flags: 0 }, options);
    return servers.map((server) => new AdminServer(this, server));
  }

  /** virAdmConnectLookupServer */
  async lookupServer(name: string, options?: CallOptions): Promise<AdminServer> {
    return new AdminServer(this, (await this.call('adminConnectLookupServer', { name, flags: 0 }, options)).srv);
  }

  /** Where the log goes, like `3:file:/var/log/libvirt/libvirtd.log`; virAdmConnectGetLoggingOutputs. */
  async getLoggingOutputs(options?: CallOptions): Promise<string> {
    return (await this.call('adminConnectGetLoggingOutputs', { flags: 0 }, options)).outputs;
  }

  /** Until the daemon ends; null: its default. virAdmConnectSetLoggingOutputs */
  async setLoggingOutputs(outputs: string | null, options?: CallOptions): Promise<void> {
    await this.call('adminConnectSetLoggingOutputs', { outputs, flags: 0 }, options);
  }

  /** What is logged, like `1:qemu 3:rpc`; empty where nothing is set. virAdmConnectGetLoggingFilters */
  async getLoggingFilters(options?: CallOptions): Promise<string> {
    return (await this.call('adminConnectGetLoggingFilters', { flags: 0 }, options)).filters ?? '';
  }

  /** Until the daemon ends; null: none. virAdmConnectSetLoggingFilters */
  async setLoggingFilters(filters: string | null, options?: CallOptions): Promise<void> {
    await this.call('adminConnectSetLoggingFilters', { filters, flags: 0 }, options);
  }

  /** How long the daemon stays without clients; 0: for good. virAdmConnectSetDaemonTimeout */
  async setDaemonTimeout(timeoutSeconds: number, options?: CallOptions): Promise<void> {
    await this.call('adminConnectSetDaemonTimeout', { timeout: timeoutSeconds, flags: 0 }, options);
  }

  /** Ends the daemon, guests go on; from libvirt 11.2 on. virAdmConnectDaemonShutdown; flags: PRESERVE 1. */
  async shutdownDaemon(flags = 0, options?: CallOptions): Promise<void> {
    await this.call('adminConnectDaemonShutdown', { flags }, options);
  }

  /** Says goodbye and ends the connection. Never rejects. */
  async close(): Promise<void> {
    if (!this.isOpen) return;
    // A daemon that does not answer its goodbye is left all the same.
    await this.call('adminConnectClose', undefined, { deadlineMs: 2000 }).catch(() => undefined);
    this.#client.end(closedError());
  }

  /** `await using`: the same as `close()`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function closedError(): LibvirtError {
  return new LibvirtError({ code: 'CONNECTION_CLOSED', message: 'connection closed' });
}

import type { AdminNonnullServer, AdminTypedParam } from '../generated/admin.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { fromTypedParameters, type TypedParameters, toTypedValues } from '../typed-parameters.ts';
import type { Hyper } from '../xdr/index.ts';
import type { AdminCaller } from './admin-caller.ts';
import { AdminClient } from './admin-client.ts';

/** VIR_THREADPOOL_* */
export interface ThreadpoolParameters {
  /** How many there are at least. */
  readonly minWorkers: number;
  /** How many there may be. */
  readonly maxWorkers: number;
  /** Those that take high-priority calls alone. */
  readonly prioWorkers: number;
  /** How many there are. */
  readonly nWorkers: number;
  /** Those that have nothing to do. */
  readonly freeWorkers: number;
  /** Calls that wait for a worker. */
  readonly jobQueueDepth: number;
}

/** VIR_SERVER_CLIENTS_* */
export interface ClientLimits {
  /** How many it takes; libvirtd.conf: `max_clients`. */
  readonly nclients_max: number;
  /** Clients that are connected. */
  readonly nclients: number;
  /** Those that have not signed in. */
  readonly nclients_unauth_max: number;
  /** Clients that are connected and have not signed in. */
  readonly nclients_unauth: number;
}

/** One of the doors of a daemon: its own clients' one, or the administrator's (`admin`). */
export class AdminServer {
  readonly #caller: AdminCaller;
  /** How the wire names it. */
  readonly ref: Readonly<AdminNonnullServer>;

  constructor(caller: AdminCaller, ref: AdminNonnullServer) {
    this.#caller = caller;
    this.ref = ref;
  }

  /** `libvirtd`, `virtqemud`, …, or `admin`; virAdmServerGetName, without a call. */
  get name(): string {
    return this.ref.name;
  }

  /** virAdmServerGetThreadPoolParameters */
  async getThreadpoolParameters(options?: CallOptions): Promise<ThreadpoolParameters> {
    const { params } = await this.#caller.call(
      'adminServerGetThreadpoolParameters',
      { srv: this.ref, flags: 0 },
      options,
    );
    return numbers(params, ['minWorkers', 'maxWorkers', 'prioWorkers', 'nWorkers', 'freeWorkers', 'jobQueueDepth']);
  }

  /** Until the daemon ends; virAdmServerSetThreadPoolParameters. */
  async setThreadpoolParameters(
    parameters: Partial<Pick<ThreadpoolParameters, 'minWorkers' | 'maxWorkers' | 'prioWorkers'>>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { srv: this.ref, params: fromTypedParameters(counts(parameters)), flags: 0 };
    await this.#caller.call('adminServerSetThreadpoolParameters', args, options);
  }

  /** virAdmServerGetClientLimits */
  async getClientLimits(options?: CallOptions): Promise<ClientLimits> {
    const { params } = await this.#caller.call('adminServerGetClientLimits', { srv: this.ref, flags: 0 }, options);
    return numbers(params, ['nclients_max', 'nclients', 'nclients_unauth_max', 'nclients_unauth']);
  }

  /** Until the daemon ends; virAdmServerSetClientLimits. */
  async setClientLimits(
    limits: Partial<Pick<ClientLimits, 'nclients_max' | 'nclients_unauth_max'>>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { srv: this.ref, params: fromTypedParameters(counts(limits)), flags: 0 };
    await this.#caller.call('adminServerSetClientLimits', args, options);
  }

  /** virAdmServerListClients */
  async listClients(options?: CallOptions): Promise<AdminClient[]> {
    const args = { srv: this.ref, need_results: 1, flags: 0 };
    const { clients } = await this.#caller.call('adminServerListClients', args, options);
    return clients.map((client) => new AdminClient(this.#caller, client));
  }

  /** virAdmServerLookupClient */
  async lookupClient(id: Hyper, options?: CallOptions): Promise<AdminClient> {
    const { clnt } = await this.#caller.call('adminServerLookupClient', { srv: this.ref, id, flags: 0 }, options);
    return new AdminClient(this.#caller, clnt);
  }

  /** Reads certificates and keys anew; virAdmServerUpdateTlsFiles. */
  async updateTlsFiles(options?: CallOptions): Promise<void> {
    await this.#caller.call('adminServerUpdateTlsFiles', { srv: this.ref, flags: 0 }, options);
  }
}

/** 0 where a daemon does not tell. */
function numbers<Name extends string>(
  params: readonly AdminTypedParam[],
  names: readonly Name[],
): Record<Name, number> {
  const values = toTypedValues(params);
  const entries = names.map((name): [Name, number] => [name, Number(values[name] ?? 0)]);
  return Object.fromEntries(entries) as Record<Name, number>;
}

function counts(values: Readonly<Record<string, number | undefined>>): TypedParameters {
  const parameters: TypedParameters = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) parameters[name] = { type: 'UINT', value };
  }
  return parameters;
}

import { enumName } from '../enum-name.ts';
import type { AdminNonnullClient } from '../generated/admin.ts';
import { ClientTransport } from '../generated/enums.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { type TypedValues, toTypedValues } from '../typed-parameters.ts';
import { type Hyper, toNumber } from '../xdr/index.ts';
import type { AdminCaller } from './admin-caller.ts';

/** Somebody who is connected to a daemon. */
export class AdminClient {
  readonly #caller: AdminCaller;
  /** How the wire names it. */
  readonly ref: Readonly<AdminNonnullClient>;

  constructor(caller: AdminCaller, ref: AdminNonnullClient) {
    this.#caller = caller;
    this.ref = ref;
  }

  /** virAdmClientGetID */
  get id(): Hyper {
    return this.ref.id;
  }

  /** Since when; virAdmClientGetTimestamp. */
  get connectedAt(): Date {
    return new Date(toNumber(this.ref.timestamp) * 1000);
  }

  /** UNIX, TCP, TLS; virAdmClientGetTransport. */
  get transport(): keyof typeof ClientTransport | `${number}` {
    return enumName(ClientTransport, this.ref.transport);
  }

  /** `readonly`, `unix_user_name`, `unix_process_id`, `sock_addr`, `sasl_user_name`, …; virAdmClientGetInfo. */
  async getInfo(options?: CallOptions): Promise<TypedValues> {
    return toTypedValues((await this.#caller.call('adminClientGetInfo', { clnt: this.ref, flags: 0 }, options)).params);
  }

  /** Throws it out; virAdmClientClose. */
  async close(options?: CallOptions): Promise<void> {
    await this.#caller.call('adminClientClose', { clnt: this.ref, flags: 0 }, options);
  }
}

import type { Caller } from '../caller.ts';
import type { RemoteNonnullNetwork, RemoteNonnullNetworkPort } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { fromTypedParameters, type TypedParameters, toTypedParameters } from '../typed-parameters.ts';

/** The ports of one network: one for each network card that is plugged into it. */
export class NetworkPorts {
  readonly #caller: Caller;
  readonly #network: Readonly<RemoteNonnullNetwork>;

  constructor(caller: Caller, network: RemoteNonnullNetwork) {
    this.#caller = caller;
    this.#network = network;
  }

  /** virNetworkListAllPorts */
  async list(options?: CallOptions): Promise<NetworkPort[]> {
    const args = { network: this.#network, need_results: 1, flags: 0 };
    const { ports } = await this.#caller.call('networkListAllPorts', args, options);
    return ports.map((port) => new NetworkPort(this.#caller, port));
  }

  /** virNetworkPortLookupByUUID */
  async lookupByUUID(uuid: string, options?: CallOptions): Promise<NetworkPort> {
    const args = { network: this.#network, uuid };
    return new NetworkPort(this.#caller, (await this.#caller.call('networkPortLookupByUUID', args, options)).port);
  }

  /** virNetworkPortCreateXML; flags: NetworkPortCreateFlags (RECLAIM, VALIDATE). */
  async createXML(xml: string, flags = 0, options?: CallOptions): Promise<NetworkPort> {
    const args = { network: this.#network, xml, flags };
    return new NetworkPort(this.#caller, (await this.#caller.call('networkPortCreateXML', args, options)).port);
  }
}

/** A network card's place in a network. */
export class NetworkPort {
  readonly #caller: Caller;
  /** How the wire names it. */
  readonly ref: Readonly<RemoteNonnullNetworkPort>;

  constructor(caller: Caller, ref: RemoteNonnullNetworkPort) {
    this.#caller = caller;
    this.ref = ref;
  }

  /** virNetworkPortGetUUIDString, without a call. */
  get uuid(): string {
    return this.ref.uuid;
  }

  /** virNetworkPortGetXMLDesc */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('networkPortGetXMLDesc', { port: this.ref, flags: 0 }, options)).xml;
  }

  /** `inbound.average`, `inbound.peak` (KiB/s), `inbound.burst` (KiB), `outbound.…`; virNetworkPortGetParameters. */
  async getParameters(options?: CallOptions): Promise<TypedParameters> {
    // Other than its like, it answers all of them at once, and how many is left 0.
    const args = { port: this.ref, nparams: 0, flags: 0 };
    return toTypedParameters((await this.#caller.call('networkPortGetParameters', args, options)).params);
  }

  /** virNetworkPortSetParameters */
  async setParameters(params: TypedParameters, options?: CallOptions): Promise<void> {
    const args = { port: this.ref, params: fromTypedParameters(params), flags: 0 };
    await this.#caller.call('networkPortSetParameters', args, options);
  }

  /** virNetworkPortDelete */
  async delete(options?: CallOptions): Promise<void> {
    await this.#caller.call('networkPortDelete', { port: this.ref, flags: 0 }, options);
  }
}

import type { Caller } from '../caller.ts';
import type { RemoteNonnullSecret } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';

/** Passphrases and keys that the host keeps for volumes, iSCSI, Ceph, TLS. */
export class Secrets {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Flags: ConnectListAllSecretsFlags. */
  async list(flags = 0, options?: CallOptions): Promise<Secret[]> {
    const { secrets } = await this.#caller.call('connectListAllSecrets', { need_results: 1, flags }, options);
    return secrets.map((secret) => new Secret(this.#caller, secret));
  }

  async lookupByUUID(uuid: string, options?: CallOptions): Promise<Secret> {
    return new Secret(this.#caller, (await this.#caller.call('secretLookupByUUID', { uuid }, options)).secret);
  }

  async defineXML(xml: string, flags = 0, options?: CallOptions): Promise<Secret> {
    return new Secret(this.#caller, (await this.#caller.call('secretDefineXML', { xml, flags }, options)).secret);
  }
}

export class Secret {
  readonly #caller: Caller;
  readonly ref: Readonly<RemoteNonnullSecret>;

  constructor(caller: Caller, ref: RemoteNonnullSecret) {
    this.#caller = caller;
    this.ref = ref;
  }

  get uuid(): string {
    return this.ref.uuid;
  }

  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('secretGetXMLDesc', { secret: this.ref, flags: 0 }, options)).xml;
  }

  async setValue(value: Uint8Array, options?: CallOptions): Promise<void> {
    await this.#caller.call('secretSetValue', { secret: this.ref, value, flags: 0 }, options);
  }

  /** Refused for secrets defined as private. */
  async getValue(options?: CallOptions): Promise<Uint8Array> {
    return (await this.#caller.call('secretGetValue', { secret: this.ref, flags: 0 }, options)).value;
  }

  async undefine(options?: CallOptions): Promise<void> {
    await this.#caller.call('secretUndefine', { secret: this.ref }, options);
  }
}

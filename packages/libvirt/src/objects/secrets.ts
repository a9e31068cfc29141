import type { Caller } from '../caller.ts';
import type { RemoteNonnullSecret } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';

/** Passphrases and keys that the host keeps for volumes, iSCSI, Ceph, TLS. */
export class Secrets {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** virConnectListAllSecrets; flags: ConnectListAllSecretsFlags. */
  async list(flags = 0, options?: CallOptions): Promise<Secret[]> {
    const { secrets } = await this.#caller.call('connectListAllSecrets', { need_results: 1, flags }, options);
    return secrets.map((secret) => new Secret(this.#caller, secret));
  }

  /** virSecretLookupByUUIDString; NO_SECRET where there is none. */
  async lookupByUUID(uuid: string, options?: CallOptions): Promise<Secret> {
    return new Secret(this.#caller, (await this.#caller.call('secretLookupByUUID', { uuid }, options)).secret);
  }

  /** virSecretDefineXML: a secret without value yet; flags: SecretDefineFlags (VALIDATE). */
  async defineXML(xml: string, flags = 0, options?: CallOptions): Promise<Secret> {
    return new Secret(this.#caller, (await this.#caller.call('secretDefineXML', { xml, flags }, options)).secret);
  }
}

/** A passphrase or key. */
export class Secret {
  readonly #caller: Caller;
  /** How the wire names it. */
  readonly ref: Readonly<RemoteNonnullSecret>;

  constructor(caller: Caller, ref: RemoteNonnullSecret) {
    this.#caller = caller;
    this.ref = ref;
  }

  /** virSecretGetUUIDString, without a call. */
  get uuid(): string {
    return this.ref.uuid;
  }

  /** virSecretGetXMLDesc: what it is for, never its value. */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('secretGetXMLDesc', { secret: this.ref, flags: 0 }, options)).xml;
  }

  /** virSecretSetValue */
  async setValue(value: Uint8Array, options?: CallOptions): Promise<void> {
    await this.#caller.call('secretSetValue', { secret: this.ref, value, flags: 0 }, options);
  }

  /** virSecretGetValue: refused for secrets defined as private. */
  async getValue(options?: CallOptions): Promise<Uint8Array> {
    return (await this.#caller.call('secretGetValue', { secret: this.ref, flags: 0 }, options)).value;
  }

  /** virSecretUndefine: forgets it and its value. */
  async undefine(options?: CallOptions): Promise<void> {
    await this.#caller.call('secretUndefine', { secret: this.ref }, options);
  }
}

import type { ArgsOf, RetOf } from '../caller.ts';
import { isLibvirtError } from '../errors.ts';
import { DomainMetadataType } from '../generated/enums.ts';
import type { CallOptions } from '../rpc/pending-call.ts';

type Query = Omit<ArgsOf<'domainGetMetadata'>, 'dom'>;
type Change = Omit<ArgsOf<'domainSetMetadata'>, 'dom'>;

export interface MetadataCalls {
  readonly get: (query: Query, options?: CallOptions) => Promise<RetOf<'domainGetMetadata'>>;
  readonly set: (change: Change, options?: CallOptions) => Promise<void>;
}

const { DESCRIPTION, TITLE, ELEMENT } = DomainMetadataType;

/**
 * Title, description and foreign XML of a domain (virDomainGetMetadata, virDomainSetMetadata) or a network
 * (virNetworkGetMetadata, virNetworkSetMetadata). Flags: DomainModificationImpact (CURRENT, LIVE 1, CONFIG 2).
 */
export class Metadata {
  readonly #calls: MetadataCalls;

  constructor(calls: MetadataCalls) {
    this.#calls = calls;
  }

  /** virDomainGetMetadata of a domain, virNetworkGetMetadata of a network: undefined where there is none. */
  getTitle(flags = 0, options?: CallOptions): Promise<string | undefined> {
    return this.#get({ type: TITLE, uri: null, flags }, options);
  }

  /** virDomainSetMetadata of a domain, virNetworkSetMetadata of a network: one line; null removes it. */
  async setTitle(title: string | null, flags = 0, options?: CallOptions): Promise<void> {
    await this.#calls.set({ type: TITLE, metadata: title, key: null, uri: null, flags }, options);
  }

  /** virDomainGetMetadata of a domain, virNetworkGetMetadata of a network: undefined where there is none. */
  getDescription(flags = 0, options?: CallOptions): Promise<string | undefined> {
    return this.#get({ type: DESCRIPTION, uri: null, flags }, options);
  }

  /** virDomainSetMetadata of a domain, virNetworkSetMetadata of a network: null removes it. */
  async setDescription(description: string | null, flags = 0, options?: CallOptions): Promise<void> {
    await this.#calls.set({ type: DESCRIPTION, metadata: description, key: null, uri: null, flags }, options);
  }

  /**
   * virDomainGetMetadata of a domain, virNetworkGetMetadata of a network: the element of an XML namespace, without the
   * prefix that it was set with; undefined where there is none.
   */
  getElement(uri: string, flags = 0, options?: CallOptions): Promise<string | undefined> {
    return this.#get({ type: ELEMENT, uri, flags }, options);
  }

  /**
   * virDomainSetMetadata of a domain, virNetworkSetMetadata of a network: sets (null: removes) the element of an XML
   * namespace; `key` is the prefix that it gets.
   */
  async setElement(key: string, uri: string, xml: string | null, flags = 0, options?: CallOptions): Promise<void> {
    await this.#calls.set({ type: ELEMENT, metadata: xml, key, uri, flags }, options);
  }

  async #get(query: Query, options?: CallOptions): Promise<string | undefined> {
    try {
      return (await this.#calls.get(query, options)).metadata;
    } catch (error) {
      if (isLibvirtError(error, 'NO_DOMAIN_METADATA', 'NO_NETWORK_METADATA')) return undefined;
      throw error;
    }
  }
}

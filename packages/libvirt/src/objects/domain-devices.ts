import type { Caller } from '../caller.ts';
import { COPY_DEADLINE_MS, START_DEADLINE_MS } from '../deadlines.ts';
import { DomainBlockResizeFlags } from '../generated/enums.ts';
import type { CallOptions } from '../rpc/pending-call.ts';
import { toNumber } from '../xdr/index.ts';
import type { DomainRef } from './domain-ref.ts';

/** How large a disk is: virDomainBlockInfo. */
export interface BlockInfo {
  /** Size of the disk as the guest sees it. */
  readonly capacityBytes: number;
  /** Bytes the host has given to it. */
  readonly allocationBytes: number;
  /** Size of the container, e.g. of the file. */
  readonly physicalBytes: number;
}

/** Hot-plug and disks of one domain. Flags: DomainDeviceModifyFlags (LIVE 1, CONFIG 2, FORCE 4). */
export class DomainDevices {
  readonly #caller: Caller;
  readonly #dom: DomainRef;

  constructor(caller: Caller, dom: DomainRef) {
    this.#caller = caller;
    this.#dom = dom;
  }

  /** virDomainAttachDeviceFlags: plugs in what the XML of one device says, e.g. `<disk>`. */
  async attach(xml: string, flags = 0, options: CallOptions = {}): Promise<void> {
    const slow = { deadlineMs: START_DEADLINE_MS, ...options };
    await this.#caller.call('domainAttachDeviceFlags', { dom: this.#dom, xml, flags }, slow);
  }

  /** virDomainDetachDeviceFlags: asks the guest to let go; the event domain-device-removed tells when it did. */
  async detach(xml: string, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainDetachDeviceFlags', { dom: this.#dom, xml, flags }, options);
  }

  /** virDomainDetachDeviceAlias: the same by the device's alias (`virtio-disk0`, `ua-…`). */
  async detachAlias(alias: string, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainDetachDeviceAlias', { dom: this.#dom, alias, flags }, options);
  }

  /** virDomainUpdateDeviceFlags: changes a device in place: media, link state, graphics passwords. */
  async update(xml: string, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('domainUpdateDeviceFlags', { dom: this.#dom, xml, flags }, options);
  }

  /** virDomainGetBlockInfo; `path`: the target (`vda`) or the source path. */
  async getBlockInfo(path: string, options?: CallOptions): Promise<BlockInfo> {
    const info = await this.#caller.call('domainGetBlockInfo', { dom: this.#dom, path, flags: 0 }, options);
    return {
      capacityBytes: toNumber(info.capacity),
      allocationBytes: toNumber(info.allocation),
      physicalBytes: toNumber(info.physical),
    };
  }

  /** virDomainBlockResize: grows (or shrinks) a disk of a running domain. */
  async blockResize(disk: string, sizeBytes: number | bigint, options: CallOptions = {}): Promise<void> {
    const args = { dom: this.#dom, disk, size: sizeBytes, flags: DomainBlockResizeFlags.BYTES };
    await this.#caller.call('domainBlockResize', args, { deadlineMs: COPY_DEADLINE_MS, ...options });
  }
}

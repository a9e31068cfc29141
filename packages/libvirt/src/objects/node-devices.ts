import type { Caller } from '../caller.ts';
import type { RemoteNonnullNodeDevice } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';

/** The devices of the host: PCI, USB, network, SCSI, mediated, … */
export class NodeDevices {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Flags: ConnectListAllNodeDeviceFlags (CAP_PCI_DEV, CAP_NET, …); 0 for all. */
  async list(flags = 0, options?: CallOptions): Promise<NodeDevice[]> {
    const { devices } = await this.#caller.call('connectListAllNodeDevices', { need_results: 1, flags }, options);
    return devices.map((device) => new NodeDevice(this.#caller, device));
  }

  async lookupByName(name: string, options?: CallOptions): Promise<NodeDevice> {
    return new NodeDevice(this.#caller, (await this.#caller.call('nodeDeviceLookupByName', { name }, options)).dev);
  }

  /** Makes a device, e.g. a mediated one or a virtual HBA. */
  async createXML(xml: string, options?: CallOptions): Promise<NodeDevice> {
    const { dev } = await this.#caller.call('nodeDeviceCreateXML', { xml_desc: xml, flags: 0 }, options);
    return new NodeDevice(this.#caller, dev);
  }
}

export class NodeDevice {
  readonly #caller: Caller;
  readonly ref: Readonly<RemoteNonnullNodeDevice>;

  constructor(caller: Caller, ref: RemoteNonnullNodeDevice) {
    this.#caller = caller;
    this.ref = ref;
  }

  /** E.g. `pci_0000_00_1f_2`. */
  get name(): string {
    return this.ref.name;
  }

  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('nodeDeviceGetXMLDesc', { name: this.name, flags: 0 }, options)).xml;
  }

  async getParent(options?: CallOptions): Promise<string | null> {
    return (await this.#caller.call('nodeDeviceGetParent', { name: this.name }, options)).parentName;
  }

  /** Takes it from the host's driver, so that a domain can have it; `driverName` null is the default (vfio). */
  async detach(driverName: string | null = null, options?: CallOptions): Promise<void> {
    await this.#caller.call('nodeDeviceDetachFlags', { name: this.name, driverName, flags: 0 }, options);
  }

  async reAttach(options?: CallOptions): Promise<void> {
    await this.#caller.call('nodeDeviceReAttach', { name: this.name }, options);
  }

  async reset(options?: CallOptions): Promise<void> {
    await this.#caller.call('nodeDeviceReset', { name: this.name }, options);
  }

  async destroy(options?: CallOptions): Promise<void> {
    await this.#caller.call('nodeDeviceDestroy', { name: this.name }, options);
  }
}

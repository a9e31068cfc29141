import type { Caller } from '../caller.ts';
import type { RemoteNonnullNodeDevice } from '../generated/remote.ts';
import type { CallOptions } from '../rpc/pending-call.ts';

/** The devices of the host: PCI, USB, network, SCSI, mediated, … */
export class NodeDevices {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** virConnectListAllNodeDevices; flags: ConnectListAllNodeDeviceFlags (CAP_PCI_DEV, CAP_NET, …); 0 for all. */
  async list(flags = 0, options?: CallOptions): Promise<NodeDevice[]> {
    const { devices } = await this.#caller.call('connectListAllNodeDevices', { need_results: 1, flags }, options);
    return devices.map((device) => new NodeDevice(this.#caller, device));
  }

  /** virNodeDeviceLookupByName; NO_NODE_DEVICE where there is none. */
  async lookupByName(name: string, options?: CallOptions): Promise<NodeDevice> {
    return new NodeDevice(this.#caller, (await this.#caller.call('nodeDeviceLookupByName', { name }, options)).dev);
  }

  /** A host bus adapter by its world wide names; virNodeDeviceLookupSCSIHostByWWN. */
  async lookupSCSIHostByWWN(wwnn: string, wwpn: string, options?: CallOptions): Promise<NodeDevice> {
    const { dev } = await this.#caller.call('nodeDeviceLookupSCSIHostByWWN', { wwnn, wwpn, flags: 0 }, options);
    return new NodeDevice(this.#caller, dev);
  }

  /** A persistent mediated device, not started; virNodeDeviceDefineXML; flags: NodeDeviceDefineXMLFlags (VALIDATE). */
  async defineXML(xml: string, flags = 0, options?: CallOptions): Promise<NodeDevice> {
    const { dev } = await this.#caller.call('nodeDeviceDefineXML', { xml_desc: xml, flags }, options);
    return new NodeDevice(this.#caller, dev);
  }

  /** Makes a device, e.g. a mediated one or a virtual HBA; virNodeDeviceCreateXML; flags: NodeDeviceCreateXMLFlags. */
  async createXML(xml: string, flags = 0, options?: CallOptions): Promise<NodeDevice> {
    const { dev } = await this.#caller.call('nodeDeviceCreateXML', { xml_desc: xml, flags }, options);
    return new NodeDevice(this.#caller, dev);
  }
}

/** A device of the host. */
export class NodeDevice {
  readonly #caller: Caller;
  /** How the wire names it. */
  readonly ref: Readonly<RemoteNonnullNodeDevice>;

  constructor(caller: Caller, ref: RemoteNonnullNodeDevice) {
    this.#caller = caller;
    this.ref = ref;
  }

  /** virNodeDeviceGetName, without a call, e.g. `pci_0000_00_1f_2`. */
  get name(): string {
    return this.ref.name;
  }

  /** virNodeDeviceGetXMLDesc */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.#caller.call('nodeDeviceGetXMLDesc', { name: this.name, flags: 0 }, options)).xml;
  }

  /** virNodeDeviceGetParent: the name of the device it hangs on; null for the topmost. */
  async getParent(options?: CallOptions): Promise<string | null> {
    return (await this.#caller.call('nodeDeviceGetParent', { name: this.name }, options)).parentName;
  }

  /** What it can do: `pci`, `net`, `mdev_types`, …; virNodeDeviceListCaps. */
  async listCaps(options?: CallOptions): Promise<string[]> {
    const { num } = await this.#caller.call('nodeDeviceNumOfCaps', { name: this.name }, options);
    return (await this.#caller.call('nodeDeviceListCaps', { name: this.name, maxnames: num }, options)).names;
  }

  /** Takes a PCI device from the host's driver, so that a domain can have it; null: vfio. virNodeDeviceDetachFlags */
  async detach(driverName: string | null = null, options?: CallOptions): Promise<void> {
    await this.#caller.call('nodeDeviceDetachFlags', { name: this.name, driverName, flags: 0 }, options);
  }

  /** Gives it back to the host's driver; virNodeDeviceReAttach. */
  async reAttach(options?: CallOptions): Promise<void> {
    await this.#caller.call('nodeDeviceReAttach', { name: this.name }, options);
  }

  /** A PCI function reset, of one that no domain has; virNodeDeviceReset. */
  async reset(options?: CallOptions): Promise<void> {
    await this.#caller.call('nodeDeviceReset', { name: this.name }, options);
  }

  /** Ends what createXML() or create() began; virNodeDeviceDestroy. */
  async destroy(options?: CallOptions): Promise<void> {
    await this.#caller.call('nodeDeviceDestroy', { name: this.name }, options);
  }

  /** Starts a mediated device that is defined; virNodeDeviceCreate. */
  async create(options?: CallOptions): Promise<void> {
    await this.#caller.call('nodeDeviceCreate', { name: this.name, flags: 0 }, options);
  }

  /** virNodeDeviceUndefine */
  async undefine(options?: CallOptions): Promise<void> {
    await this.#caller.call('nodeDeviceUndefine', { name: this.name, flags: 0 }, options);
  }

  /** Changes a mediated device; virNodeDeviceUpdate; flags: DomainModificationImpact (LIVE 1, CONFIG 2). */
  async update(xml: string, flags = 0, options?: CallOptions): Promise<void> {
    await this.#caller.call('nodeDeviceUpdate', { name: this.name, xml_desc: xml, flags }, options);
  }

  /** virNodeDeviceIsActive */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('nodeDeviceIsActive', { name: this.name }, options)).active === 1;
  }

  /** virNodeDeviceIsPersistent */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('nodeDeviceIsPersistent', { name: this.name }, options)).persistent === 1;
  }

  /** virNodeDeviceGetAutostart */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.#caller.call('nodeDeviceGetAutostart', { name: this.name }, options)).autostart === 1;
  }

  /** virNodeDeviceSetAutostart */
  async setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    await this.#caller.call('nodeDeviceSetAutostart', { name: this.name, autostart: autostart ? 1 : 0 }, options);
  }
}

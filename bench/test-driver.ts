import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateLibvirtd, privateLibvirtdObstacle } from '@domus/libvirt/testing';

/** A private libvirtd with libvirt's test driver: hosts of any number of running domains, without guests. */
export class TestDriver {
  readonly #daemon: PrivateLibvirtd;
  readonly #folder: string;

  private constructor(daemon: PrivateLibvirtd, folder: string) {
    this.#daemon = daemon;
    this.#folder = folder;
  }

  static async start(): Promise<TestDriver> {
    const obstacle = privateLibvirtdObstacle();
    if (obstacle !== undefined) throw new Error(`the comparison needs a libvirtd of its own: ${obstacle}`);
    return new TestDriver(await PrivateLibvirtd.start(), await mkdtemp(join(tmpdir(), 'domus-bench-')));
  }

  /** The URI of a host with so many domains; each connection to it has a state of its own. */
  async host(domains: number): Promise<string> {
    const file = join(this.#folder, `${domains}.xml`);
    await writeFile(
      file,
      `<node>\n${NETWORK}\n${Array.from({ length: domains }, (_, i) => domain(i)).join('\n')}\n</node>\n`,
    );
    // +unix: without it libvirt's own library would run the test driver in the client, and no daemon would be asked
    return this.#daemon.uri(`test+unix://${file}`);
  }

  async stop(): Promise<void> {
    await this.#daemon.stop();
    await rm(this.#folder, { recursive: true });
  }
}

const NETWORK = `<network><name>default</name><bridge name='virbr0'/><forward/><ip address='192.168.122.1' netmask='255.255.255.0'/></network>`;
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

const domain = (i: number): string => `<domain type='test'>
  <name>vm-${String(i).padStart(4, '0')}</name><uuid>00000000-0000-4000-8000-${hex(i + 1, 12)}</uuid>
  <memory unit='MiB'>1024</memory><vcpu>2</vcpu><os><type arch='x86_64'>hvm</type></os>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/var/lib/libvirt/images/vm-${i}.qcow2'/><target dev='vda' bus='virtio'/></disk>
    <interface type='network'><mac address='52:54:00:00:${hex(i >> 8, 2)}:${hex(i & 255, 2)}'/><source network='default'/><model type='virtio'/></interface>
    <graphics type='spice' port='${5900 + i}' listen='127.0.0.1'/>
  </devices>
</domain>`;

import { hostname } from 'node:os';
import { findMachineDaemon, LibvirtLink, startPrivateDaemon } from '../hypervisor/libvirt/index.ts';
import { type DataFolder, supervise } from '../site/index.ts';
import type { Engine } from '../wire.ts';

const WATCH_MS = 2000;

export interface LocalHost {
  hostId: string;
  name: string;
  /** The daemon is a child of this site and not the machine's own. */
  supervised: boolean;
  stop(): Promise<void>;
}

/** Finds this machine's libvirt daemon, or starts one, and adds the machine as a host. */
export async function addLocalHost(
  engine: Engine,
  folder: DataFolder,
  networkNamespace: string | null,
): Promise<LocalHost> {
  const name = hostname();
  const asRoot = process.getuid?.() === 0;
  const machine = networkNamespace === null && asRoot ? await findMachineDaemon() : null;
  if (machine !== null) {
    const link = new LibvirtLink({
      name,
      uri: `qemu:///system?socket=${machine}`,
      mode: 'system',
      poolFolder: (pool) => `/var/lib/libvirt/${pool}`,
      outside: (path) => path,
    });
    return { hostId: await engine.addHost(name, link), name, supervised: false, stop: async () => undefined };
  }
  const daemon = await startPrivateDaemon(folder.path, networkNamespace);
  const poolFolder = asRoot ? () => '/var/lib/libvirt/images' : () => folder.inside('libvirt/images');
  const link = new LibvirtLink({ name, uri: daemon.uri, mode: daemon.mode, poolFolder, outside: daemon.outside });
  const hostId = await engine.addHost(name, link);
  const release = supervise(daemon.ensure, WATCH_MS, (error) =>
    engine.log.error({ error }, 'libvirtd could not be started again'),
  );
  return {
    hostId,
    name,
    supervised: true,
    async stop() {
      await release();
      await daemon.stop();
    },
  };
}

/**
 * An engine with one host of libvirt's test driver, in this process alone, so that its memory and CPU can be read from
 * outside: `node simulated-engine.ts DATA_FOLDER SOCKET [LIBVIRT_URI]`. The product's `domus up` starts the machine's own
 * daemon instead; all else is wired as there. Tells its parent `{ postgres }` when it stands.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { startPrivateServer } from '../packages/engine/src/database/index.ts';
import { restFace } from '../packages/engine/src/faces/rest/index.ts';
import { LibvirtLink } from '../packages/engine/src/hypervisor/libvirt/index.ts';
import { judgeVirtualisation, readLocalVirtualisation } from '../packages/engine/src/machine/index.ts';
import { openDataFolder } from '../packages/engine/src/site/index.ts';
import { startEngine } from '../packages/engine/src/wire.ts';

const [dataFolder = '', socket = '', uri] = process.argv.slice(2);
const folder = openDataFolder(dataFolder, true);
const server = await startPrivateServer(folder.path);
const local = readLocalVirtualisation();
const engine = await startEngine({
  databaseUrl: server.url,
  dataFolder: folder.path,
  poolName: 'bench',
  judge: ({ kvmOffered }) => judgeVirtualisation({ ...local, kvmOffered }),
  log: pino({ level: 'info' }, pino.destination({ dest: join(folder.path, 'log/engine.log'), sync: false })),
});
const rest = await restFace(engine, { version: 'bench', tls: null, hostNames: new Set(), consoleFolder: null });
await new Promise<void>((resolve) => rest.local.listen(socket, resolve));
if (uri !== undefined) {
  const link = new LibvirtLink({
    name: 'simulated',
    uri,
    mode: 'system',
    poolFolder: () => '/var/lib/libvirt/images',
    outside: (path) => path,
  });
  await engine.addHost('simulated', link);
}

/** Told to end, or left alone by a parent that died. */
const stop = async (): Promise<void> => {
  rest.local.closeAllConnections();
  rest.local.close();
  await rest.app.close();
  await engine.close();
  await server.stop();
  process.exit();
};
process.once('SIGTERM', () => void stop());
process.once('disconnect', () => void stop());
process.send?.({
  postgres: Number(readFileSync(join(folder.path, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]),
});

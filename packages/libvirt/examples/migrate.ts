/**
 * Moves a running domain to another host, which sees the same disks: `node migrate.ts NAME TARGET-URI [URI]`. Ctrl-C gives
 * it up, and the guest goes on where it was.
 */
import { connect, enums, isLibvirtError } from '@domus/libvirt';

const [name = '', targetUri, uri] = process.argv.slice(2);
const { LIVE, PERSIST_DEST, UNDEFINE_SOURCE } = enums.DomainMigrateFlags;
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const [source, target] = await Promise.all([connect({ uri }), connect({ uri: targetUri })]);
try {
  const domain = await source.domains.lookupByName(name);
  // `migrate_uri`: where the target's hypervisor is reached, if not by its hostname, e.g. `tcp://b.example`.
  const params = {};
  const moved = await domain.migration.to(target, LIVE | PERSIST_DEST | UNDEFINE_SOURCE, params, {
    signal: stop.signal,
    onProgress: ({ processedBytes, totalBytes }) => {
      console.log(`${processedBytes} of ${totalBytes} bytes; the guest goes on writing meanwhile`);
    },
  });
  const { state } = await moved.getState();
  console.log(`${moved.name} is ${state} on ${await target.host.getHostname()}`);
} catch (error) {
  if (!isLibvirtError(error)) throw error;
  console.error(`${name} stays where it was: ${error.code}: ${error.message}`);
  process.exitCode = 1;
} finally {
  await Promise.all([source.close(), target.close()]);
}

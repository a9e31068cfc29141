/**
 * Backs up the disks of a running domain into a folder of its host: the first time whole, then the blocks that changed
 * since the last time. `node backup.ts NAME FOLDER [URI]`. The disks must be qcow2 of compat 1.1. To restore, chain the
 * files: `qemu-img rebase -u -F qcow2 -b THE-ONE-BEFORE EACH`, and start from the last.
 */
import { buildBackup, buildCheckpoint, connect, enums, readCheckpoint, readDomain } from '@domus/libvirt';

const [name = '', folder = '/var/lib/libvirt/images', uri] = process.argv.slice(2);
const connection = await connect({ uri });
const domain = await connection.domains.lookupByName(name);

// A checkpoint is the moment from which on QEMU remembers what changes. One is kept: that of the last backup.
const checkpoints = await domain.checkpoints.list(enums.DomainCheckpointListFlags.TOPOLOGICAL);
const last = checkpoints.findLast((each) => each.name.startsWith('backup-'));
if (last) {
  const { disks } = readCheckpoint(await last.getXMLDesc(enums.DomainCheckpointXMLFlags.SIZE));
  for (const disk of disks?.disks ?? []) console.log(`${disk.name}: ${disk.size} bytes changed since ${last.name}`);
}

const now = `backup-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
const { devices } = readDomain(await domain.getXMLDesc());
const disks = (devices?.disks ?? [])
  .filter(({ device = 'disk' }) => device === 'disk')
  .map(({ target }) => ({ name: target.dev, file: `${folder}/${name}-${target.dev}-${now}.qcow2` }));
const backup = buildBackup({
  mode: 'push',
  ...(last && { incremental: last.name }),
  disks: {
    disks: disks.map(({ name, file }) => ({ name, type: 'file', target: { file }, driver: { type: 'qcow2' } })),
  },
});

const job = await domain.backup.begin(backup, buildCheckpoint({ name: now }));
try {
  await job.completed({
    onProgress: ({ processedBytes, totalBytes }) => console.log(`${processedBytes} of ${totalBytes} bytes`),
  });
  for (const { name, file } of disks) console.log(`${name}: ${last ? 'what changed' : 'all of it'} is in ${file}`);
  await last?.delete();
} catch (error) {
  // What changed is again counted from the backup before.
  await (await domain.checkpoints.lookupByName(now)).delete();
  throw error;
} finally {
  await connection.close();
}

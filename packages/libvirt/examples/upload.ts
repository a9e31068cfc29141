/**
 * Uploads a disk image into a storage pool and shows how far it is: `node upload.ts FILE POOL [URI]`. Zeros are sent as
 * holes: they cost neither time on the network nor room on the host.
 */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { connect } from '@domus/libvirt';

const [file = '', poolName = 'default', uri] = process.argv.slice(2);
const { size } = await stat(file);
const connection = await connect({ uri });
const pool = await connection.storagePools.lookupByName(poolName);
const volume = await pool.createVolumeXML(
  `<volume>
    <name>${basename(file)}</name>
    <capacity unit='bytes'>${size}</capacity>
    <allocation>0</allocation>
    <target><format type='raw'/></target>
  </volume>`,
);

let percent = 0;
await volume.uploadFile(file, {
  sparse: true,
  onProgress: (doneBytes) => {
    const now = Math.floor((100 * doneBytes) / size);
    if (now > percent) process.stdout.write(`\r${now} %`);
    percent = now;
  },
});
const { allocationBytes } = await volume.getInfo();
console.log(`\n${await volume.getPath()}: ${size} bytes, of which the host gave ${allocationBytes}`);
await connection.close();
